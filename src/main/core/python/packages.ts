/** Facts about well-known packages: the modules and dependencies of each. Names are normalized as in PEP 503. */

/** Modules whose name differs from their package's. Each listed package has the module; the first is suggested. */
const OTHER_NAME: Readonly<Record<string, string>> = {
  attr: 'attrs',
  Bio: 'biopython',
  bs4: 'beautifulsoup4',
  camelot: 'camelot-py',
  community: 'python-louvain',
  Crypto: 'pycryptodome pycrypto',
  Cryptodome: 'pycryptodomex',
  cv2: 'opencv-python opencv-contrib-python',
  dateutil: 'python-dateutil',
  discord: 'discord-py',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  faiss: 'faiss-cpu faiss-gpu',
  fitz: 'pymupdf',
  fpdf: 'fpdf2 fpdf',
  git: 'gitpython',
  github: 'pygithub',
  googleapiclient: 'google-api-python-client',
  IPython: 'ipython',
  jose: 'python-jose',
  jwt: 'pyjwt',
  kafka: 'kafka-python kafka-python-ng',
  ldap: 'python-ldap',
  magic: 'python-magic',
  mpl_toolkits: 'matplotlib',
  multipart: 'python-multipart',
  MySQLdb: 'mysqlclient',
  nacl: 'pynacl',
  OpenSSL: 'pyopenssl',
  pdfminer: 'pdfminer-six pdfminer',
  PIL: 'pillow pillow-simd',
  pptx: 'python-pptx',
  psycopg2: 'psycopg2-binary psycopg2',
  pylab: 'matplotlib',
  pywt: 'pywavelets',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn sklearn',
  slugify: 'python-slugify',
  snowflake: 'snowflake-connector-python snowflake-snowpark-python snowflake',
  socketio: 'python-socketio',
  tabula: 'tabula-py',
  telegram: 'python-telegram-bot',
  umap: 'umap-learn',
  websocket: 'websocket-client',
  yaml: 'pyyaml',
  zmq: 'pyzmq'
}

/** Modules whose package has the same name, except for `-` and `_`. */
const SAME_NAME = `
  aiohttp altair anthropic bokeh boto3 botocore catboost certifi click cryptography dash dask
  datatable datasets django driverlessai duckdb fastapi flask flask_cors folium fsspec gensim geopandas gunicorn
  h2o h2o_authn h2o_q h2o_wave h2o_wave_ml h2osteam holidays httpx huggingface_hub imblearn jinja2 joblib jsonschema
  kaleido keras langchain lifelines lightgbm lime loguru lxml markdown matplotlib missingno mlflow neo4j networkx nltk
  numba numpy openai openpyxl optuna orjson packaging pandas pandas_profiling plotly polars prometheus_client
  prophet protobuf psutil psycopg pyarrow pydantic pydeck pygments pymongo pymysql pyodbc pypdf pypdf2 pyspark pytesseract
  pytest pytz rdkit redis regex requests rich s3fs scipy seaborn sentence_transformers shap simplejson six spacy
  sqlalchemy starlette statsmodels streamlit sympy tabulate tenacity tensorflow textblob tiktoken toml toolz torch
  torchaudio torchvision tqdm transformers tweepy typing_extensions ujson urllib3 uvicorn vaderSentiment websockets
  wordcloud wikipedia xgboost xlrd xlsxwriter xmltodict yfinance`

/** Packages that many others install as dependencies, so an app may have them without naming them. */
const OFTEN_BROUGHT: ReadonlySet<string> = words(`
  aiohttp attrs beautifulsoup4 boto3 botocore certifi click cryptography dask flask fsspec httpx huggingface-hub
  ipython jinja2 joblib jsonschema lxml markdown matplotlib networkx nltk numba numpy orjson packaging pandas pillow
  plotly protobuf psutil pyarrow pydantic pygments pyjwt pyopenssl python-dateutil python-dotenv python-multipart pytz pyyaml
  pyzmq redis regex requests rich scikit-learn scipy simplejson six sqlalchemy starlette statsmodels sympy tabulate
  tenacity toml toolz torch torchvision tqdm transformers typing-extensions urllib3 uvicorn websocket-client
  websockets xlsxwriter openpyxl google-api-python-client gitpython`)

/** Packages without dependencies. */
const BRING_NOTHING: ReadonlySet<string> = words(`
  certifi colorama future h11 idna loguru numpy pillow psutil pygments python-dotenv pytz pyyaml setuptools simplejson
  six sniffio tabulate toml tqdm typing-extensions tzdata urllib3 wheel`)

/** All direct dependencies of these packages, in any version; a dependency's own dependencies are only in its line. */
const BRINGS: Readonly<Record<string, string>> = {
  'h2o-wave':
    'asgiref blessed click editor httpx inquirer jinxed python-editor readchar runs six starlette uvicorn wcwidth xmod',
  'h2o-q': 'requests websockets',
  altair:
    'attrs entrypoints jinja2 jsonschema markupsafe narwhals packaging pandas referencing rpds-py toolz typing-extensions',
  beautifulsoup4: 'soupsieve typing-extensions',
  boto3: 'botocore jmespath python-dateutil s3transfer urllib3',
  flask: 'blinker click importlib-metadata itsdangerous jinja2 markupsafe werkzeug',
  h2o: 'colorama future requests tabulate',
  httpx:
    'anyio certifi charset-normalizer exceptiongroup h11 httpcore idna rfc3986 sniffio typing-extensions',
  lightgbm: 'scikit-learn wheel',
  matplotlib:
    'certifi contourpy cycler fonttools kiwisolver numpy packaging pillow pyparsing python-dateutil',
  openpyxl: 'et-xmlfile jdcal',
  pandas: 'numpy python-dateutil pytz tzdata',
  plotly: 'narwhals packaging retrying six tenacity',
  'python-dateutil': 'six',
  requests: 'certifi chardet charset-normalizer idna urllib3',
  'scikit-learn': 'cloudpickle joblib narwhals scipy threadpoolctl',
  scipy: 'numpy',
  seaborn: 'matplotlib pandas patsy scipy statsmodels',
  xgboost: 'nvidia-nccl-cu12 scipy'
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}

/** A package's name as package indexes compare it (PEP 503). */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

const PROVIDERS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...[...words(SAME_NAME)].map(module => [module, [normalName(module)]] as const),
  ...Object.entries(OTHER_NAME).map(([module, packages]) => [module, packages.split(' ')] as const)
])

const WELL_KNOWN: ReadonlySet<string> = new Set([...PROVIDERS.values()].flat())

/** Whether the package is in the tables. Other packages may have any dependency. */
export function isWellKnown(name: string): boolean {
  return WELL_KNOWN.has(name)
}

/**
 * The package to install for a module; undefined if not certain, because a guess could install an untrusted package.
 */
export function packageOf(module: string): string | undefined {
  return PROVIDERS.get(module)?.[0]
}

/** Whether the module may come from one of the packages, judging by their names. */
export function mayProvide(packages: ReadonlySet<string>, module: string): boolean {
  const names = PROVIDERS.get(module) ?? [normalName(module)]
  // Variants have longer names, such as opencv-python-headless and google-cloud-storage.
  return [...packages].some(each => names.some(name => each === name || each.startsWith(`${name}-`)))
}

/** Whether a dependency of the packages may be the module's package. False only if all their dependencies are known. */
export function mayBring(packages: ReadonlySet<string>, module: string): boolean {
  const wanted = packageOf(module)
  const all = [...packages]
  if (wanted !== undefined && !OFTEN_BROUGHT.has(wanted)) return all.some(each => brings(each, module))
  return all.some(each => (!BRING_NOTHING.has(each) && BRINGS[each] === undefined) || brings(each, module))
}

/** Whether one of the packages is known to install the module's package as a dependency. */
export function isBrought(packages: ReadonlySet<string>, module: string): boolean {
  return [...packages].some(each => brings(each, module))
}

function brings(name: string, module: string): boolean {
  const left = [name]
  const brought = new Set<string>()
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    for (const each of words(BRINGS[next] ?? '')) {
      if (each === '' || brought.has(each)) continue
      brought.add(each)
      left.push(each)
    }
  }
  return mayProvide(brought, module)
}
