# The two commands of this project. Everything they need, they set up.
.PHONY: run test install check bench clean

sources := $(shell find src resources -type f -not -path '*/__pycache__/*') package.json electron.vite.config.ts

run: out/.built ## Install, build, and open the app with the sample project
	@node scripts/open.mjs

test: out/.built ## Every test whose components are on this machine; names what it skips
	@echo "Running every test: this takes 10 to 40 minutes, more with Docker, Chromium and Electron."
	@node scripts/test.mjs

install: out/.built ## Puts q8s-cli on the PATH: a link into npm's own folder of programs
	@npm link --no-audit --no-fund --loglevel=error >/dev/null
	@echo "q8s-cli is $$(npm prefix -g)/bin/q8s-cli. If your shell does not find it, add that folder to PATH."

check: node_modules/.installed ## Format, lint, boundaries, types, dead code
	npm run check

bench: out/.built ## Ratios beside peers
	npm run bench

node_modules/.installed: package-lock.json
	@echo "Installing packages: about a minute the first time."
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

out/.built: node_modules/.installed $(sources)
	@echo "Building the app."
	@npm run --silent build -- --logLevel warn
	@touch $@

clean:
	rm -rf out node_modules
