/* Who may post what to us. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/time.h"
#include "domain/hook.h"
#include "format/blobline.h"

static const char *const auths[] = { "slack", "pagerduty", "hmac", "bearer",
	"basic", "header", "path", "none" };
#define AUTHS	(sizeof(auths) / sizeof(*auths))

static int
load_source(struct hook_source *s, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "kind", "mapping", "auth",
		"secret_file", "header", "prefix", "text", NULL };
	const char *kind = yaml_str(y, "kind", "");
	const char *auth = yaml_str(y, "auth", "");
	size_t i = 0;

	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "a source is a map");
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_bool(y, "text", &s->text, e) < 0)
		return -1;
	while (i < AUTHS && strcmp(auth, auths[i]) != 0)
		i++;
	if (i == AUTHS)
		return yaml_err(y, e, "%s: auth is none of slack, pagerduty, "
		    "hmac, bearer, basic, header, path, none", y->key);
	if (strcmp(kind, "slack") != 0 && strcmp(kind, "alert") != 0)
		return yaml_err(y, e, "%s: kind is slack or alert", y->key);
	s->name = y->key;
	s->auth = (enum hook_auth)i;
	s->kind = *kind == 's' ? HOOK_OF_SLACK : HOOK_OF_ALERTS;
	s->mapping = yaml_str(y, "mapping", NULL);
	s->secret_file = yaml_str(y, "secret_file", NULL);
	s->header = yaml_str(y, "header", s->auth == HOOK_HMAC ?
	    "X-Hub-Signature-256" : NULL);
	s->prefix = yaml_str(y, "prefix", "");
	if ((s->secret_file == NULL) != (s->auth == HOOK_NONE))
		return yaml_err(y, e, s->auth == HOOK_NONE ?
		    "%s: nothing to do for a secret_file" :
		    "%s: secret_file is missing", y->key);
	if (s->header == NULL && s->auth == HOOK_HEADER)
		return yaml_err(y, e, "%s: header is missing", y->key);
	return 0;
}

int
hook_load(struct hook_rules *r, struct arena *a, const struct yaml *root,
    struct err *e)
{
	static const char *const keys[] = { "max_body", "window", "notify",
		"sources", NULL };
	const struct yaml *map = yaml_get(root, "sources");
	int64_t max = INT64_C(1) << 20;
	struct hook_source *sources;

	memset(r, 0, sizeof(*r));
	r->window = 300;
	if (yaml_only(root, keys, e) < 0 || yaml_int(root, "max_body", 1,
	    INT64_C(16) << 20, &max, e) < 0 ||
	    yaml_int(root, "window", 1, 86400, &r->window, e) < 0)
		return -1;
	r->max_body = (size_t)max;
	r->notify = yaml_str(root, "notify", NULL);
	if (map == NULL)
		return 0;
	if (map->kind != YAML_MAP)
		return yaml_err(map, e, "sources is not a map");
	sources = arena_zalloc(a, sizeof(*sources) * (size_t)(map->count + 1));
	r->sources = sources;
	for (const struct yaml *y = map->first; y != NULL; y = y->next) {
		if (load_source(&sources[r->n++], y, e) < 0)
			return -1;
	}
	return 0;
}

const struct hook_source *
hook_find(const struct hook_rules *r, const char *path, const char **token)
{
	*token = "";
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(path, r->sources[i].name) == 0)
			return &r->sources[i];
	}
	for (size_t i = 0; i < r->n; i++) {
		const struct hook_source *s = &r->sources[i];
		size_t len = strlen(s->name);

		if (s->auth == HOOK_PATH &&
		    strncmp(path, s->name, len) == 0 &&
		    path[len] == '/') {
			*token = path + len + 1;
			return s;
		}
	}
	return NULL;
}

bool
hook_type(const struct hook_source *s, const struct cgi *r)
{
	size_t len = strlen(r->type);
	bool json = strcmp(r->type, "application/json") == 0 ||
	    strcmp(r->type, "text/json") == 0 || (len > 5 &&
	    strncmp(r->type, "application/", 12) == 0 &&
	    strcmp(r->type + len - 5, "+json") == 0);

	if (!json && !(s->text && strcmp(r->type, "text/plain") == 0))
		return false;
	return *r->charset == '\0' || strcmp(r->charset, "utf-8") == 0 ||
	    strcmp(r->charset, "us-ascii") == 0;
}

/* Compares by hashes: neither place nor length of a difference shows. */
static bool
same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	uint8_t x[HASH_BYTES], y[HASH_BYTES];

	hash_bytes(a, a_len, x);
	hash_bytes(b, b_len, y);
	return hash_same(x, y, HASH_BYTES);
}

/* Calls back with each secret; true when one of them will do. */
static bool
any_secret(const char *secret, bool (*will_do)(const void *, const char *,
    size_t), const void *arg)
{
	bool found = false;

	while (*secret != '\0') {
		size_t len = strcspn(secret, "\r\n");

		if (len > 0)
			found |= will_do(arg, secret, len);
		secret += len;
		secret += strspn(secret, "\r\n");
	}
	return found;
}

struct word {
	const char *text;
	size_t len;
};

static bool
is_secret(const void *arg, const char *secret, size_t len)
{
	const struct word *w = arg;

	return same(w->text, w->len, secret, len);
}

struct signed_text {
	const char *text;	/* what was signed */
	size_t len;
	const char *header;	/* signatures, commas between them */
	const char *prefix;	/* of each */
};

static bool
is_signed(const void *arg, const char *secret, size_t len)
{
	const struct signed_text *s = arg;
	const char *p = s->header;
	uint8_t want[HASH_BYTES], got[HASH_BYTES];
	size_t prefix = strlen(s->prefix);
	bool found = false;

	hash_hmac(secret, len, s->text, s->len, want);
	for (int i = 0; i < 16 && *p != '\0'; i++) {
		char hex[HASH_HEX];
		size_t n;

		p += strspn(p, ", \t");
		n = strcspn(p, ", \t");
		if (n == prefix + HASH_HEX - 1 &&
		    strncmp(p, s->prefix, prefix) == 0) {
			for (size_t k = 0; k < HASH_HEX - 1; k++)
				hex[k] = (char)tolower(
				    (unsigned char)p[prefix + k]);
			hex[HASH_HEX - 1] = '\0';
			found |= hash_unhex(hex, got) == 0 &&
			    hash_same(want, got, HASH_BYTES);
		}
		p += n;
	}
	return found;
}

static int
refuse(int status, const char *reason, const char **why)
{
	*why = reason;
	return status;
}

static int
verify_hmac(const char *signature, const char *prefix, const char *secret,
    const char *text, size_t len, const char **why)
{
	const struct signed_text s = { text, len, signature, prefix };

	if (signature == NULL || *signature == '\0')
		return refuse(401, "no signature", why);
	if (!any_secret(secret, is_signed, &s))
		return refuse(403, "the signature is not right", why);
	return 0;
}

/* v0=HMAC("v0:time:body"), the time within the window. */
static int
verify_slack(const struct hook_rules *r, const struct cgi *q,
    const char *secret, const char *body, size_t len, int64_t now,
    const char **why)
{
	const char *when = cgi_header(q, "X-Slack-Request-Timestamp");
	struct buf text = BUF_INIT;
	int64_t t = 0;
	int status;

	if (when == NULL || *when == '\0')
		return refuse(401, "no timestamp", why);
	if (strlen(when) > 12 || when[strspn(when, "0123456789")] != '\0')
		return refuse(403, "the timestamp is no number", why);
	for (const char *p = when; *p != '\0'; p++)
		t = t * 10 + (*p - '0');
	if (t < now - r->window || t > now + r->window)
		return refuse(403, "the timestamp is too old", why);
	buf_printf(&text, "v0:%s:", when);
	buf_add(&text, body, len);
	status = verify_hmac(cgi_header(q, "X-Slack-Signature"), "v0=",
	    secret, text.data, text.len, why);
	buf_free(&text);
	return status;
}

/* Authorization: SCHEME CREDENTIALS; base64 is user and password. */
static int
verify_authorization(const struct cgi *q, const char *scheme, bool base64,
    const char *secret, const char **why)
{
	const char *s = cgi_header(q, "Authorization");
	size_t len = strlen(scheme);
	struct buf plain = BUF_INIT;
	struct word w;
	bool right = true;

	if (s == NULL || strncasecmp(s, scheme, len) != 0 || s[len] != ' ')
		return refuse(401, "no credentials", why);
	s += len + strspn(s + len, " ");
	w = (struct word){ s, strlen(s) };
	if (base64) {
		right = base64_decode(s, strlen(s), &plain) == 0;
		w = (struct word){ plain.data, plain.len };
	}
	right = right && any_secret(secret, is_secret, &w);
	buf_free(&plain);
	return right ? 0 : refuse(403, "the credentials are not right", why);
}

static int
verify_token(const char *token, const char *secret, const char **why)
{
	const struct word w = { token, token != NULL ? strlen(token) : 0 };

	if (w.len == 0)
		return refuse(401, "no token", why);
	if (!any_secret(secret, is_secret, &w))
		return refuse(403, "the token is not right", why);
	return 0;
}

int
hook_verify(const struct hook_rules *r, const struct hook_source *s,
    const struct cgi *q, const char *token, const char *secret,
    const char *body, size_t len, int64_t now, const char **why)
{
	*why = "";
	switch (s->auth) {
	case HOOK_SLACK:
		return verify_slack(r, q, secret, body, len, now, why);
	case HOOK_PAGERDUTY:
		return verify_hmac(cgi_header(q, "X-PagerDuty-Signature"),
		    "v1=", secret, body, len, why);
	case HOOK_HMAC:
		return verify_hmac(cgi_header(q, s->header), s->prefix,
		    secret, body, len, why);
	case HOOK_BEARER:
		return verify_authorization(q, "Bearer", false, secret, why);
	case HOOK_BASIC:
		return verify_authorization(q, "Basic", true, secret, why);
	case HOOK_HEADER:
		return verify_token(cgi_header(q, s->header), secret, why);
	case HOOK_PATH:
		return verify_token(token, secret, why);
	case HOOK_NONE:
		return 0;
	}
	return refuse(403, "unknown", why);
}
