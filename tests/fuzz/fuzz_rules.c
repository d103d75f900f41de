/*
 * Files of rules: one that loads judges messages within bounds, the same one
 * by one and all at once, and its examples, explanations and lint come to an
 * end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/triage/rules.h"

static void
require(int true_of_every_file)
{
	if (!true_of_every_file)
		abort();
}

static const char *const texts[] = { "",
	"My order N-17 came by mail, and the api key is refused: help!",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
	"der Webhook l\303\244uft nicht, die Signatur fehlt \342\204\252" };

static struct message
say(size_t i)
{
	static const struct past_ticket past[] = { { 1767000000, "c", "t" },
		{ 1767100000, "other", "" } };

	return (struct message){ .subject = texts[(i + 1) % 4],
		.text = texts[i], .text_len = strlen(texts[i]),
		.from = "ann@acme.example", .to = "a@x.example\nb@y.example\n",
		.attachment = "a.pdf\napplication/pdf\n",
		.headers = "X-P: 1\nList-Id: <a.b>\n", .channel = "email",
		.tier = "gold", .customer = i % 2 ? "acme" : "", .first = i < 2,
		.at = 1767200000, .opened = 1767100000,
		.answered = i == 3 ? TIME_NONE : 1767190000, .past = past,
		.n_past = 2 };
}

static void
hit(void *arg, const struct hit *h)
{
	(void)arg;
	require(h->field != NULL && h->words != NULL && h->pattern != NULL);
	require(h->span.end >= h->span.start);
}

static void
condition(void *arg, int depth, bool holds, int line, const char *what)
{
	(void)arg;
	(void)holds;
	require(depth >= 0 && line > 0 && what != NULL);
}

static void
told(void *arg, const struct rule_info *f, const char *example, bool want,
    bool got)
{
	(void)arg;
	(void)want;
	(void)got;
	require(f->id != NULL && example != NULL);
}

static void
count(void *arg, const char *file, int line, const char *text)
{
	require(file != NULL && line > 0 && *text != '\0');
	++*(int *)arg;
}

static void
check(const struct verdict *v)
{
	int total = 0;

	require(v->confidence >= 0 && v->confidence <= 100);
	require(v->captures <= CAPTURES_MAX);
	for (size_t i = 0; i < v->captures; i++)
		require(strlen(v->capture[i].value) <= CAPTURE_MAX);
	for (size_t i = 0; i < v->terms; i++)
		total += v->sum[i].points;
	require(v->terms == 0 || v->confidence <= (total > 0 ? total : 0) ||
	    v->terms > 1);
	require(!v->resolve || (v->topic != NULL && !v->sensitive));
	for (size_t i = 1; i < v->n; i++)
		require(v->score[i - 1] >= v->score[i]);
}

/* 0 when one of the patterns met its limits, which may differ. */
static void
judge(struct rules *r, struct arena *a)
{
	struct err e = { 0 };
	struct verdict v;
	size_t n[4] = { 0 };

	for (size_t i = 0; i < 12; i++) {
		struct message m = say(i % 4);

		require(rules_match(r, &m, a, &v, &e) == 0);
		check(&v);
		/* The first six are looked at one by one. */
		if (i < 4)
			n[i] = v.n;
		else if (i % 4 != 2)	/* made to meet limits */
			require(n[i % 4] == v.n);
		for (size_t k = 0; k < v.n && k < 3; k++)
			require(rules_explain(r, v.rule[k], &m, hit, NULL,
			    &e) == 0);
		if (rules_count(r) > 0)
			require(rules_conditions(r, rules_info(r, 0), &m,
			    condition, NULL, &e) == 0);
	}
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rules *r = rules_new();
	struct arena a = { 0 };
	struct err e = { 0 };
	struct yaml *root;
	size_t ran;
	int n = 0;

	if (yaml_parse(&a, "fuzz", (const char *)data, size, &root, &e) < 0 ||
	    rules_add(r, root, &e) < 0 || rules_ready(r, &e) < 0)
		require(e.kind == ERR_CONFIG);
	else {
		judge(r, &a);
		require(rules_test(r, told, NULL, &ran) <= (int)ran);
		require(rules_lint(r, count, &n) == n);
	}
	rules_free(r);
	arena_free(&a);
	return 0;
}
