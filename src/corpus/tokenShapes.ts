/** The forms of access tokens and keys, as their issuers publish them. */

/**
 * One pattern a row. A failed attempt costs little: nearly every pattern begins with a fixed text, and nothing has to follow a
 * repetition without limit.
 */
const shapes: readonly RegExp[] = [
	// Amazon
	/(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Z0-9])/,
	// Anthropic, OpenAI and others who begin with sk-
	/sk-(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[A-Z])[\w-]{20,}/,
	// Atlassian
	/ATATT3[\w=-]{50,}/,
	// Databricks
	/dapi[0-9a-f]{32}(?![0-9a-f])/,
	// DigitalOcean
	/do[opr]_v1_[0-9a-f]{64}/,
	// Discord
	/[MNO][A-Za-z0-9]{23,25}\.[\w-]{6}\.[\w-]{27,}/,
	// Docker
	/dckr_(?:pat|oat)_[\w-]{20,}/,
	// Doppler
	/dp\.(?:pt|st|ct|sa)\.[A-Za-z0-9]{20,}/,
	// GitHub
	/gh[opsur]_[A-Za-z0-9]{30,}/,
	/github_pat_\w{22,}/,
	// GitLab
	/gl(?:pat|agent|cbt|dt|ffct|ft|imt|oas|ptt|rt|soat)-[\w-]{20,}/,
	// Google
	/AIza[\w-]{35}/,
	/ya29\.[\w-]{20,}/,
	/GOCSPX-[\w-]{20,}/,
	// Grafana
	/gl(?:sa|c)_[\w+/=]{30,}/,
	// HashiCorp
	/hv[sbr]\.[\w-]{24,}/,
	/[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}/,
	// Hugging Face
	/hf_[A-Za-z0-9]{30,}/,
	// JSON Web Tokens; one that began inside another beginning would have to be read as often as there are beginnings
	/(?<!-)eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/,
	// Linear, Notion, Postman
	/lin_(?:api|oauth)_[A-Za-z0-9]{32,}/,
	/ntn_[A-Za-z0-9]{40,}/,
	/PMAK-[0-9a-f]{24}-[0-9a-f]{34}/,
	// npm, PyPI, RubyGems
	/npm_[A-Za-z0-9]{30,}/,
	/pypi-[\w-]{60,}/,
	/rubygems_[0-9a-f]{48}/,
	// PlanetScale, Supabase
	/pscale_(?:tkn|pw|oauth)_[\w.=-]{32,}/,
	/sb[ps]_[0-9a-f]{40}/,
	// SendGrid, Mailgun, Mailchimp, Twilio
	/SG\.[\w-]{16,}\.[\w-]{16,}/,
	/key-[0-9a-f]{32}(?![0-9a-f])/,
	/SK[0-9a-f]{32}(?![0-9a-f])/,
	/[0-9a-f]{32}-us\d{1,2}(?!\w)/,
	// Sentry
	/sntry[su]_[\w+/=-]{40,}/,
	// Shopify, Square, Stripe
	/shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/,
	/(?:EAAA|sq0[a-z]{3}-)[\w-]{22,}/,
	/(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}/,
	/whsec_[A-Za-z0-9+/=]{20,}/,
	// Slack
	/xox[abeoprs]-[A-Za-z0-9-]{10,}/,
	/xapp-\d-[A-Za-z0-9-]{10,}/,
	/hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9/]{20,}/,
	// Telegram
	/\d{8,10}:AA[\w-]{33}/,
	// age
	/AGE-SECRET-KEY-1[0-9A-Z]{58}/,
	// Kubernetes keeps keys in base64: this is "-----BEGIN "
	/LS0tLS1CRUdJTi[A-Za-z0-9+/=]{20,}/,
	// Hashed passwords: bcrypt, crypt
	/\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}/,
	/\$[156]\$[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,}/,
];

/** Matches any of the shapes at the beginning of a word. */
export const tokenShapes = new RegExp(`(?<![A-Za-z0-9_])(?:${shapes.map(({ source }) => source).join("|")})`, "g");
