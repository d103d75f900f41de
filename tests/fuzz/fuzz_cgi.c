/*
 * Any request: lines "NAME=VALUE", an empty line, the body. No secret is
 * guessed, no header of ours is broken in two.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "domain/hook.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char rules_text[] =
    "sources:\n"
    "  slack: {kind: slack, auth: slack, secret_file: s}\n"
    "  pagerduty: {kind: slack, auth: pagerduty, secret_file: s}\n"
    "  sentry: {kind: slack, auth: hmac, header: Sentry-Hook-Signature, "
    "secret_file: s}\n"
    "  alertmanager: {kind: slack, auth: bearer, secret_file: s}\n"
    "  old: {kind: slack, auth: basic, secret_file: s}\n"
    "  datadog: {kind: slack, auth: header, header: X-Token, secret_file: s}\n"
    "  sns: {kind: slack, auth: path, text: true, secret_file: s}\n";
static const char secret[] =
    "8f742231b10e8888abcd99yyyzzz85a5\n\nanother-secret-that-is-long\n";

struct request {
	char *line[64];
	size_t n;
};

static const char *
get(void *arg, const char *name)
{
	const struct request *r = arg;
	size_t len = strlen(name);

	for (size_t i = 0; i < r->n; i++) {
		if (strncmp(r->line[i], name, len) == 0 &&
		    r->line[i][len] == '=')
			return r->line[i] + len + 1;
	}
	return NULL;
}

/* The head of an answer: lines that end in CR LF, the last one empty. */
static void
check_answer(int status, const char *scheme)
{
	struct buf out = BUF_INIT;

	cgi_answer(&out, status, NULL, 0, scheme);
	if (strncmp(out.data, "Status: ", 8) != 0 ||
	    strstr(out.data, "\r\n\r\n") == NULL)
		abort();
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct hook_rules rules;
	static struct arena arena;
	struct arena a = { 0 };
	struct request r = { .n = 0 };
	const struct hook_source *s;
	const char *token, *why;
	struct yaml *root;
	struct err e = { 0 };
	struct cgi q;
	char *text, *p;
	int status;

	if (rules.n == 0 && (yaml_parse(&arena, "webhook.yaml", rules_text,
	    sizeof(rules_text) - 1, &root, &e) < 0 ||
	    hook_load(&rules, &arena, root, &e) < 0))
		abort();
	text = arena_strndup(&a, (const char *)data, len);
	for (p = text; r.n < 64 && *p != '\0' && *p != '\n';) {
		char *end = p + strcspn(p, "\n");

		r.line[r.n++] = p;
		p = *end != '\0' ? end + 1 : end;
		*end = '\0';
	}
	status = cgi_open(&q, get, &r, rules.max_body, &a);
	check_answer(status, "Bearer");
	s = hook_find(&rules, q.path, &token);
	if (status == 0 && s != NULL && hook_type(s, &q) &&
	    hook_verify(&rules, s, &q, token, secret, p, strlen(p),
	    1700000000, &why) == 0)
		abort();	/* a secret or a signature that nobody gave */
	arena_free(&a);
	return 0;
}
