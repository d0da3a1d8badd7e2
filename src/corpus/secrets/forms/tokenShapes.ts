/** The forms of access tokens and keys, as their issuers publish them. */

/**
 * One pattern a row. A failed attempt costs little: nearly every pattern begins with a fixed text, and nothing has to follow a
 * repetition without limit.
 */
const shapes: readonly RegExp[] = [
	// 1Password
	/A3-[A-Z0-9]{6}-[A-Z0-9]{5,6}-?[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}(?:-[A-Z0-9]{5})?/,
	/ops_eyJ[\w+/=-]{40,}/,
	// Adobe
	/p8e-[A-Za-z0-9]{32}/,
	// age
	/AGE-SECRET-KEY-1[0-9A-Z]{58}/,
	// Airtable
	/pat[A-Za-z0-9]{14}\.[0-9a-f]{64}/,
	// Alibaba
	/LTAI[A-Za-z0-9]{12,24}(?![A-Za-z0-9])/,
	// Amazon
	/(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}(?![A-Z0-9])/,
	/amzn\.mws\.[0-9a-f-]{36}/,
	/ABSK[\w+/=]{100,}/,
	// Anthropic, OpenAI and others who begin with sk-
	/sk-(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[A-Z])[\w-]{20,}/,
	/sk-[0-9a-f]{32,64}(?![\w-])/,
	/sk-(?:ant|proj|or|svcacct|lf)-[\w-]{20,}/,
	// Artifactory
	/AKCp[A-Za-z0-9]{30,}/,
	/cmVmd[A-Za-z0-9]{59}/,
	// Asana, Atlassian
	/[012]\/\d{12,19}(?:\/\d{12,19})?:[0-9a-f]{32}/,
	/ATATT3[\w=-]{50,}/,
	/ATBB[A-Za-z0-9]{28}[A-F0-9]{8}/,
	// Authress
	/(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-][a-z0-9-]{10,32}\.[\w+/=-]{30,}/,
	// Azure
	/[\w~.]{3}\dQ~[\w~.-]{31,34}/,
	/[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}/,
	// Buildkite, Circle
	/bkua_[0-9a-f]{40}/,
	/CCIP(?:AT|RJ)_\w{22}_[0-9a-f]{40}/,
	// Cerebras, Groq, xAI, Perplexity, Replicate, Nvidia, LangSmith, Tavily, Firecrawl
	/csk-[a-z0-9]{40,}/,
	/gsk_[A-Za-z0-9]{40,}/,
	/xai-[A-Za-z0-9]{40,}/,
	/pplx-[A-Za-z0-9]{40,}/,
	/r8_[A-Za-z0-9]{30,}/,
	/nvapi-[\w-]{40,}/,
	/lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}/,
	/tvly-[A-Za-z0-9-]{20,}/,
	// ClickHouse, Clojars, Cloudflare
	/4b1d[A-Za-z0-9]{38}(?![A-Za-z0-9])/,
	/CLOJARS_[a-z0-9]{60}/,
	/v1\.0-[0-9a-f]{24}-[0-9a-f]{40,}/,
	// Contentful
	/CFPAT-[\w-]{40,}/,
	// Databricks
	/dapi[0-9a-f]{32}(?![0-9a-f])/,
	// Defined Networking
	/dnkey-[\w=-]{26}-[\w=-]{52}/,
	// DigitalOcean
	/do[opr]_v1_[0-9a-f]{64}/,
	// Discord
	/[MNO][A-Za-z0-9]{23,25}\.[\w-]{6}\.[\w-]{27,}/,
	/discord(?:app)?\.com\/api\/webhooks\/\d{15,20}\/[\w-]{40,}/,
	// Docker
	/dckr_(?:pat|oat)_[\w-]{20,}/,
	// Doppler
	/dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{20,}/,
	// Duffel, Dynatrace, EasyPost
	/duffel_(?:test|live)_[\w=-]{40,}/,
	/dt0[a-z]\d\d\.[A-Za-z0-9]{8,24}\.[A-Za-z0-9]{40,}/,
	/EZ[AT]K[A-Za-z0-9]{54}/,
	// Facebook
	/EAA[A-Za-z0-9]{60,}/,
	// Figma
	/fig[duo]_[\w-]{40,}/,
	// Flutterwave, Fly, Frame
	/FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,32}(?:-X)?/,
	/fo1_[\w-]{40,}/,
	/fm[12][ar]?_[\w+/=-]{60,}/,
	/fio-u-[\w=-]{60,}/,
	// GitHub
	/gh[opsur]_[A-Za-z0-9]{30,}/,
	/github_pat_\w{22,}/,
	// GitLab
	/gl(?:pat|agent|cbt|dt|ffct|ft|imt|oas|ptt|rt|rtr|soat)-[\w.-]{20,}/,
	/GR1348941[\w-]{20}/,
	// Google
	/AIza[\w-]{35}/,
	/ya29\.[\w-]{20,}/,
	/GOCSPX-[\w-]{20,}/,
	/1\/\/0[A-Za-z0-9][\w-]{40,}/,
	// Grafana
	/gl(?:sa|c)_[\w+/=]{30,}/,
	// Harness
	/(?:pat|sat)\.[\w-]{22}\.[0-9a-zA-Z]{24}\.[A-Za-z0-9]{20}/,
	// HashiCorp
	/hv[sbr]\.[\w-]{24,}/,
	/[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}/,
	// Heroku
	/HRKU-[\w-]{36,}/,
	// HubSpot
	/pat-(?:na|eu)\d-[0-9a-f-]{36}/,
	// Hugging Face
	/(?:hf|api_org)_[A-Za-z0-9]{30,}/,
	// Infracost, Intra 42
	/ico-[A-Za-z0-9]{32}/,
	/s-s4t2(?:ud|af)-[0-9a-f]{64}/,
	// JSON Web Tokens; one that began inside another beginning would have to be read as often as there are beginnings
	/(?<!-)eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]{10,}){0,2}/,
	// Linear, Notion, Postman
	/lin_(?:api|oauth)_[A-Za-z0-9]{32,}/,
	/ntn_[A-Za-z0-9]{40,}/,
	/secret_[A-Za-z0-9]{43}(?![A-Za-z0-9])/,
	/PMAK-[0-9a-f]{24}-[0-9a-f]{34}/,
	// Lob, Mapbox, MaxMind
	/(?:live|test)_(?:pub_)?[0-9a-f]{31,35}(?![0-9a-f])/,
	/[ps]k\.eyJ[\w-]{30,}\.[\w-]{20,}/,
	/[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk/,
	// MailerSend, Netlify, New Relic
	/mlsn\.[0-9a-f]{40,}/,
	/nf[pcub]_[A-Za-z0-9]{36}/,
	/NR(?:AK|JS|II|RA|BR)-[A-Za-z0-9_-]{19,}/,
	/[0-9a-f]{36}NRAL/,
	// npm, NuGet, PyPI, RubyGems
	/npm_[A-Za-z0-9]{30,}/,
	/oy2[a-z0-9]{43}/,
	/pypi-[\w-]{60,}/,
	/rubygems_[0-9a-f]{48}/,
	// Octopus, Okta, OpenShift
	/API-[A-Z0-9]{25,32}(?![A-Z0-9])/,
	/sha256~[\w-]{43}/,
	// PlanetScale, Supabase
	/pscale_(?:tkn|pw|oauth)_[\w.=-]{32,}/,
	/sb[ps]_[0-9a-f]{40}/,
	/sb_secret_[\w-]{20,}/,
	// Prefect, Pulumi, ReadMe, Render, Resend
	/pnu_[A-Za-z0-9]{36}/,
	/pul-[0-9a-f]{40}/,
	/rdme_[a-z0-9]{70}/,
	/rnd_[A-Za-z0-9]{28,}/,
	/re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}/,
	// Scalingo, SettleMint, Shippo, Sonar, Sourcegraph, Tailscale, Typeform
	/tk-us-[\w-]{48}/,
	/sm_[aps]at_[A-Za-z0-9]{16}/,
	/shippo_(?:live|test)_[0-9a-fA-F]{40}/,
	/sq[upa]_[0-9a-f]{40}/,
	/sgp_(?:[A-Za-z0-9-]{8,20}_)?[0-9a-f]{40}/,
	/tskey-(?:[a-z]{2,10}-)?[A-Za-z0-9]{8,}-[A-Za-z0-9]{20,}/,
	/tfp_[\w.=-]{50,}/,
	// SendGrid, Sendinblue, Mailgun, Mailchimp, Twilio
	/SG\.[\w-]{16,}\.[\w-]{16,}/,
	/x(?:keysib|smtpsib)-[0-9a-f]{64}-[A-Za-z0-9]{16}/,
	/key-[0-9a-f]{32}(?![0-9a-f])/,
	/SK[0-9a-f]{32}(?![0-9a-f])/,
	/[0-9a-f]{32}-us\d{1,2}(?!\w)/,
	// Sentry
	/sntry[su]_[\w+/=-]{40,}/,
	// Shopify, Square, Stripe
	/shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/,
	/(?:EAAA|sq0[a-z]{3}-)[\w-]{22,}/,
	/(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,}/,
	/whsec_[A-Za-z0-9+/=]{20,}/,
	// Slack
	/xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}/,
	/xapp-\d-[A-Za-z0-9-]{10,}/,
	/hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/]{20,}/,
	// Telegram
	/\d{8,10}:AA[\w-]{32,33}/,
	// Vercel
	/vc[pkir]_[A-Za-z0-9]{40,}/,
	// WakaTime
	/waka_[0-9a-f-]{36}/,
	// Kubernetes keeps keys in base64: this is "-----BEGIN "
	/LS0tLS1CRUdJTi[A-Za-z0-9+/=]{20,}/,
	// Hashed passwords: bcrypt, crypt, Argon2, scrypt, and those of Django
	/\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}/,
	/\$[156]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,}/,
	/\$y\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{1,32}\$[./A-Za-z0-9]{22,}/,
	/pbkdf2_sha256\$\d{1,9}\$[A-Za-z0-9]{6,40}\$[A-Za-z0-9+/]{43}=/,
];

/** Matches any of the shapes at the beginning of a word. */
export const tokenShapes = new RegExp(`(?<![A-Za-z0-9_])(?:${shapes.map(({ source }) => source).join("|")})`, "g");
