# The two commands of this project. Everything they need, they set up.
.PHONY: run test check bench clean

sources := $(shell find src resources -type f -not -path '*/__pycache__/*') package.json electron.vite.config.ts

run: out/.built ## Install, build, and open the app with the sample project
	node scripts/open.mjs

test: out/.built ## Every test whose components are on this machine; names what it skips
	node scripts/test.mjs

check: node_modules/.installed ## Format, lint, boundaries, types, dead code
	npm run check

bench: out/.built ## Ratios beside peers
	npm run bench

node_modules/.installed: package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

out/.built: node_modules/.installed $(sources)
	npm run build
	touch $@

clean:
	rm -rf out node_modules
