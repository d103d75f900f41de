/* A webhook's side of CGI/1.1. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "format/cgi.h"

#define NAME_MAX_BYTES	100
#define VALUE_MAX	8192
#define RETRY_SECONDS	10

static const char *
variable(const struct cgi *r, const char *name)
{
	const char *s = r->get(r->arg, name);

	return s == NULL || strnlen(s, VALUE_MAX) == VALUE_MAX ? "" : s;
}

static const char *
lower(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_strndup(a, s, len);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

/* "application/json; charset=UTF-8" */
static void
read_type(struct cgi *r)
{
	const char *s = variable(r, "CONTENT_TYPE"), *p;
	size_t len = strcspn(s, "; \t");

	r->type = lower(r->arena, s, len);
	r->charset = "";
	p = strchr(s, ';');
	for (; p != NULL; p = strchr(p, ';')) {
		p += 1 + strspn(p + 1, " \t");
		if (strncasecmp(p, "charset=", 8) != 0)
			continue;
		p += 8 + (p[8] == '"');
		r->charset = lower(r->arena, p, strcspn(p, "\"; \t"));
		break;
	}
}

/* The body's length: 0, or the status that answers a wrong one. */
static int
read_length(struct cgi *r, size_t max)
{
	const char *s = variable(r, "CONTENT_LENGTH");
	size_t n = 0;

	if (*s == '\0')
		return 411;
	for (; isdigit((unsigned char)*s); s++) {
		if (n > max)
			return 413;
		n = n * 10 + (size_t)(*s - '0');
	}
	if (*s != '\0')
		return 400;
	r->length = n;
	return n > max ? 413 : 0;
}

int
cgi_open(struct cgi *r, const char *(*get)(void *, const char *), void *arg,
    size_t max, struct arena *a)
{
	const char *path, *coding;
	size_t len;

	memset(r, 0, sizeof(*r));
	r->get = get;
	r->arg = arg;
	r->arena = a;
	path = variable(r, "PATH_INFO");
	path += strspn(path, "/");
	for (len = strlen(path); len > 0 && path[len - 1] == '/'; len--)
		;
	r->path = arena_strndup(a, path, len);
	r->method = variable(r, "REQUEST_METHOD");
	if (*r->method == '\0')
		return 400;
	if (strcmp(r->method, "POST") != 0)
		return 405;
	read_type(r);
	coding = cgi_header(r, "Content-Encoding");
	if (coding != NULL && *coding != '\0' &&
	    strcasecmp(coding, "identity") != 0)
		return 415;
	return read_length(r, max);
}

const char *
cgi_header(const struct cgi *r, const char *name)
{
	char key[NAME_MAX_BYTES + 6] = "HTTP_";
	size_t n = 5;
	const char *s;

	for (; *name != '\0' && n < sizeof(key) - 1; name++)
		key[n++] = *name == '-' ? '_' :
		    (char)toupper((unsigned char)*name);
	if (*name != '\0')
		return NULL;
	key[n] = '\0';
	s = r->get(r->arg, key);
	return s == NULL || strnlen(s, VALUE_MAX) == VALUE_MAX ? NULL : s;
}

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} all[] = { { 200, "OK" }, { 204, "No Content" },
		{ 400, "Bad Request" }, { 401, "Unauthorized" },
		{ 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 503, "Service Unavailable" } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (all[i].status == status)
			return all[i].reason;
	}
	return "Internal Server Error";
}

void
cgi_answer(struct buf *out, int status, const char *text, size_t len,
    const char *scheme)
{
	char words[64];

	if (text == NULL) {
		len = (size_t)snprintf(words, sizeof(words), "%s\n",
		    reason(status));
		text = words;
	}
	buf_printf(out, "Status: %d %s\r\n", status, reason(status));
	if (status == 405)
		buf_adds(out, "Allow: POST\r\n");
	if (status == 401)
		buf_printf(out, "WWW-Authenticate: %s\r\n", scheme);
	if (status == 503)
		buf_printf(out, "Retry-After: %d\r\n", RETRY_SECONDS);
	buf_adds(out, "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n");
	if (status == 204) {
		buf_adds(out, "\r\n");
		return;
	}
	buf_printf(out, "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Length: %zu\r\n\r\n", len);
	buf_add(out, text, len);
}
