/* Authentication-Results, RFC 8601. */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "domain/mail/auth.h"
#include "format/address.h"

#define METHODS_MAX	64	/* of one field; the rest is not read */
#define PROPERTIES_MAX	32

const char *
auth_name(enum auth a)
{
	static const char *const names[] = { "none", "pass", "fail" };

	return names[a];
}

/* Blanks and comments, which may be within one another. */
static const char *
skip(const char *p)
{
	int depth = 0;

	for (; *p != '\0'; p++) {
		if (depth > 0 && *p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && depth > 0)
			depth--;
		else if (depth == 0 && strchr(" \t\r\n", *p) == NULL)
			break;
	}
	return p;
}

/* A word up to one of the stops or a blank, or a quoted string. */
static const char *
take_word(const char **at, const char *stops, struct arena *a)
{
	const char *p = skip(*at);
	struct buf b = BUF_INIT;
	char *text;

	if (*p == '"') {
		for (p++; *p != '\0' && *p != '"'; p++) {
			if (*p == '\\' && p[1] != '\0')
				p++;
			buf_addc(&b, *p);
		}
		p += *p == '"';
	}
	for (; *p != '\0' && strchr(" \t\r\n(;\"", *p) == NULL &&
	    strchr(stops, *p) == NULL; p++)
		buf_addc(&b, *p);
	*at = skip(p);
	text = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return text;
}

/* What a method said, and for which domain. */
struct method {
	const char *name, *result;
	const char *domain;	/* header.d, smtp.mailfrom ...; "" for none */
	const char *from;	/* header.from, "" for none */
};

static const char *
domain_in(const char *value, struct arena *a)
{
	const char *at = strrchr(value, '@');

	if (at != NULL)
		value = at + 1;
	return address_fold_domain(a, value, strcspn(value, ">"));
}

static void
property(struct method *m, const char *name, const char *value,
    struct arena *a)
{
	if (strcasecmp(name, "header.from") == 0)
		m->from = domain_in(value, a);
	else if (strcasecmp(name, "header.d") == 0 ||
	    strcasecmp(name, "smtp.mailfrom") == 0 ||
	    strcasecmp(name, "smtp.mail") == 0)
		m->domain = domain_in(value, a);
	else if (*m->domain == '\0' && (strcasecmp(name, "header.i") == 0 ||
	    strcasecmp(name, "smtp.helo") == 0))
		m->domain = domain_in(value, a);
}

/* "dkim=pass (good) header.d=acme.example"; false at the end. */
static bool
next_method(const char **at, struct method *m, struct arena *a)
{
	const char *p = skip(*at), *name;

	while (*p == ';')
		p = skip(p + 1);
	if (*p == '\0')
		return false;
	*m = (struct method){ "", "", "", "" };
	m->name = take_word(&p, "=/", a);
	if (*p == '/') {
		p++;
		take_word(&p, "=", a);
	}
	if (*p == '=') {
		p++;
		m->result = take_word(&p, "", a);
	}
	for (int i = 0; *p != '\0' && *p != ';'; i++) {
		const char *before = p;

		name = take_word(&p, "=", a);
		if (*p == '=') {
			p++;
			if (i < PROPERTIES_MAX)
				property(m, name, take_word(&p, "", a), a);
			else
				take_word(&p, "", a);
		} else if (p == before)
			p++;
	}
	*at = p;
	return true;
}

static bool
is_below(const char *s, const char *domain)
{
	size_t len = strlen(s), n = strlen(domain);

	return len > n && s[len - n - 1] == '.' &&
	    strcmp(s + len - n, domain) == 0 && strchr(domain, '.') != NULL;
}

/* Relaxed alignment (RFC 7489, 3.1), without a list of public suffixes. */
static bool
aligned(const char *s, const char *domain)
{
	return *s != '\0' && (strcmp(s, domain) == 0 || is_below(s, domain) ||
	    is_below(domain, s));
}

static bool
is(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

struct verdicts {
	enum auth dmarc, other;
	const char *arc;
};

static void
weigh(struct verdicts *v, const struct method *m, const char *domain)
{
	bool pass = is(m->result, "pass"), fail = is(m->result, "fail") ||
	    is(m->result, "hardfail");

	if (is(m->name, "arc") && v->arc == NULL) {
		v->arc = auth_name(pass ? AUTH_PASS : fail ? AUTH_FAIL :
		    AUTH_NONE);
	} else if (is(m->name, "dmarc")) {
		if (v->dmarc == AUTH_NONE && (*m->from == '\0' ||
		    strcmp(m->from, domain) == 0))
			v->dmarc = pass ? AUTH_PASS : fail ? AUTH_FAIL :
			    AUTH_NONE;
	} else if (is(m->name, "auth")) {
		if (pass)
			v->other = AUTH_PASS;
	} else if ((is(m->name, "dkim") || is(m->name, "spf")) &&
	    aligned(m->domain, domain)) {
		if (pass)
			v->other = AUTH_PASS;
		else if (fail && v->other == AUTH_NONE)
			v->other = AUTH_FAIL;
	}
}

static bool
is_ours(const char *id, const char *const *servers)
{
	for (; *servers != NULL; servers++) {
		if (strcasecmp(*servers, id) == 0 ||
		    strcmp(*servers, "*") == 0)
			return true;
	}
	return false;
}

struct auth_found
auth_read(const char *const *values, const char *const *servers,
    const char *domain, struct arena *a)
{
	struct verdicts v = { AUTH_NONE, AUTH_NONE, NULL };
	struct method m;
	const char *p, *id = NULL;

	for (; *values != NULL; values++) {
		p = *values;
		id = take_word(&p, "", a);
		if (is_ours(id, servers))
			break;
	}
	if (*values == NULL)
		return (struct auth_found){ AUTH_NONE, NULL };
	/* A version may follow the name; some servers leave the name out. */
	if (strchr(id, '=') != NULL)
		p = *values;
	else
		p += strcspn(p, ";");
	for (int i = 0; i < METHODS_MAX && next_method(&p, &m, a); i++)
		weigh(&v, &m, domain);
	return (struct auth_found){ v.dmarc != AUTH_NONE ? v.dmarc : v.other,
	    v.arc };
}
