/** What is known of well-known packages: which module is whose, and what a package brings along. Names are those of PEP 503. */

/** Modules that are called otherwise than their package; the first is suggested, each of them provides it. */
const OTHERWISE: Readonly<Record<string, string>> = {
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

/** Packages that are called as their module is, but for `-` and `_`. */
const ALIKE = `
  aiohttp altair anthropic beautifulsoup4 bokeh boto3 botocore catboost certifi click cryptography dash dask
  datatable datasets django driverlessai duckdb fastapi flask flask_cors folium fsspec gensim geopandas gunicorn
  h2o h2o_authn h2o_q h2o_wave h2o_wave_ml h2osteam holidays httpx huggingface_hub imblearn jinja2 joblib jsonschema
  kaleido keras langchain lifelines lightgbm lime loguru lxml markdown matplotlib missingno mlflow neo4j networkx nltk
  numba numpy openai openpyxl optuna orjson packaging pandas pandas_profiling plotly polars prometheus_client
  prophet protobuf psutil psycopg pyarrow pydantic pydeck pygments pymongo pymysql pyodbc pypdf pypdf2 pyspark pytesseract
  pytest pytz rdkit redis regex requests rich s3fs scipy seaborn sentence_transformers shap simplejson six spacy
  sqlalchemy starlette statsmodels streamlit sympy tabulate tenacity tensorflow textblob tiktoken toml toolz torch
  torchaudio torchvision tqdm transformers tweepy typing_extensions ujson urllib3 uvicorn vaderSentiment websockets
  wordcloud wikipedia xgboost xlrd xlsxwriter xmltodict yfinance`

/** Packages that many others bring along: one of those may be what an app has it from. */
const OFTEN_BROUGHT: ReadonlySet<string> = words(`
  aiohttp anyio attrs beautifulsoup4 boto3 botocore certifi click cryptography dask flask fsspec httpx huggingface-hub
  ipython jinja2 joblib jsonschema lxml markdown matplotlib networkx nltk numba numpy orjson packaging pandas pillow
  plotly protobuf psutil pyarrow pydantic pygments pyjwt pyopenssl python-dateutil python-dotenv python-multipart pytz pyyaml
  pyzmq redis regex requests rich scikit-learn scipy simplejson six sqlalchemy starlette statsmodels sympy tabulate
  tenacity toml toolz torch torchvision tqdm transformers typing-extensions urllib3 uvicorn websocket-client
  websockets xlsxwriter openpyxl google-api-python-client gitpython`)

/** Packages that bring nothing along. */
const ALONE: ReadonlySet<string> = words(`
  certifi colorama future h11 idna loguru numpy pillow psutil pygments python-dotenv pytz pyyaml setuptools simplejson
  six sniffio tabulate toml tqdm typing-extensions tzdata urllib3 wheel`)

/** All that these bring along, of any version; what those bring in turn is found by their own line. */
const BRINGS: Readonly<Record<string, string>> = {
  'h2o-wave':
    'anyio asgiref blessed certifi charset-normalizer click editor exceptiongroup h11 httpcore httpx idna inquirer jinxed ' +
    'python-editor readchar rfc3986 runs six sniffio starlette typing-extensions uvicorn wcwidth xmod',
  'h2o-q': 'certifi chardet charset-normalizer idna requests urllib3 websockets',
  altair:
    'attrs entrypoints jinja2 jsonschema markupsafe narwhals numpy packaging pandas referencing rpds-py toolz typing-extensions',
  beautifulsoup4: 'soupsieve typing-extensions',
  boto3: 'botocore jmespath python-dateutil s3transfer six urllib3',
  flask: 'blinker click importlib-metadata itsdangerous jinja2 markupsafe werkzeug',
  h2o: 'certifi charset-normalizer colorama future idna requests tabulate urllib3',
  httpx:
    'anyio certifi charset-normalizer h11 httpcore idna rfc3986 sniffio typing-extensions exceptiongroup',
  lightgbm: 'joblib narwhals numpy scikit-learn scipy threadpoolctl wheel',
  matplotlib:
    'certifi contourpy cycler fonttools kiwisolver numpy packaging pillow pyparsing python-dateutil six',
  openpyxl: 'et-xmlfile jdcal',
  pandas: 'numpy python-dateutil pytz six tzdata',
  plotly: 'narwhals packaging retrying six tenacity',
  'python-dateutil': 'six',
  requests: 'certifi chardet charset-normalizer idna urllib3',
  'scikit-learn': 'cloudpickle joblib narwhals numpy scipy threadpoolctl',
  scipy: 'numpy',
  seaborn: 'matplotlib numpy pandas scipy statsmodels patsy',
  xgboost: 'numpy nvidia-nccl-cu12 scipy'
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}

/** A name as indexes compare it. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

const PROVIDERS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...[...words(ALIKE)].map(module => [module, [normalName(module)]] as const),
  ...Object.entries(OTHERWISE).map(([module, packages]) => [module, packages.split(' ')] as const)
])

const WELL_KNOWN: ReadonlySet<string> = new Set([...PROVIDERS.values()].flat())

/** Whether it is one of those the tables speak of; others may be anybody's, and bring anything. */
export function isWellKnown(name: string): boolean {
  return WELL_KNOWN.has(name)
}

/** The package to install for a module; undefined where none is known for certain: a guess could fetch a stranger's. */
export function packageOf(module: string): string | undefined {
  return PROVIDERS.get(module)?.[0]
}

/** Whether one of the packages is, as far as can be known, what the module comes from. */
export function mayProvide(packages: ReadonlySet<string>, module: string): boolean {
  const names = PROVIDERS.get(module) ?? [normalName(module)]
  // Variants carry more in their name, as opencv-python-headless and google-cloud-storage do.
  return [...packages].some(each => names.some(name => each === name || each.startsWith(`${name}-`)))
}

/** Whether the packages may bring along what the module comes from; false only where what they bring is known. */
export function mayBring(packages: ReadonlySet<string>, module: string): boolean {
  const wanted = packageOf(module)
  const all = [...packages]
  if (wanted !== undefined && !OFTEN_BROUGHT.has(wanted)) return all.some(each => brings(each, module))
  return all.some(each => (!ALONE.has(each) && BRINGS[each] === undefined) || brings(each, module))
}

/** Whether one of them is known to bring it along. */
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
