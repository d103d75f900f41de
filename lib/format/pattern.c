/* Regular expressions: PCRE2 with UTF, caseless, under limits. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "base/mem.h"
#include "format/hostile.h"
#include "format/literal.h"
#include "format/pattern.h"
#include "format/patternplain.h"

#define PATTERN_MAX	8192	/* bytes of a pattern */
#define MATCH_LIMIT	100000	/* 4 ms of backtracking at worst */
#define DEPTH_LIMIT	10000
#define HEAP_LIMIT	4096	/* KiB */

#define JIT_AFTER	100	/* uses that pay for machine code */

struct program {
	pcre2_code *code;
	int uses;
};

struct pattern {
	char *text;
	/*
	 * Code is made when it is needed, but for a pattern that is not
	 * plain: compiling it tells whether it is one.
	 */
	struct program any;	/* looks anywhere */
	struct program at;	/* begins at one place */
	pcre2_match_data *data;
	pcre2_match_context *limits;
	bool plain, matched;
};

static int
compile(const char *text, uint32_t more, pcre2_code **out, struct err *e)
{
	const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS |
	    PCRE2_NEVER_BACKSLASH_C;
	PCRE2_UCHAR why[200];
	PCRE2_SIZE at = 0;
	int code = 0;

	if (strlen(text) > PATTERN_MAX)
		return err_set(e, ERR_CONFIG, "pattern longer than %d bytes",
		    PATTERN_MAX);
	*out = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
	    options | more, &code, &at, NULL);
	if (*out != NULL)
		return 0;
	pcre2_get_error_message(code, why, sizeof(why) / sizeof(*why));
	return err_set(e, ERR_CONFIG, "pattern at byte %zu: %s", (size_t)at,
	    (const char *)why);
}

int
pattern_new(struct pattern **out, const char *text, struct err *e)
{
	struct pattern *p = xcalloc(1, sizeof(*p));

	p->text = xstrdup(text);
	p->plain = pattern_plain(text);
	if (!p->plain && compile(text, 0, &p->any.code, e) < 0) {
		pattern_free(p);
		return -1;
	}
	*out = p;
	return 0;
}

void
pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	pcre2_match_context_free(p->limits);
	pcre2_match_data_free(p->data);
	pcre2_code_free(p->any.code);
	pcre2_code_free(p->at.code);
	free(p->text);
	free(p);
}

/*
 * What matching needs is made when a text first comes near, and machine code
 * when it is used often: most patterns of a short run need neither. A failed
 * JIT is no error, the interpreter serves.
 */
static int
prepare(struct pattern *p, struct program *program, struct err *e)
{
	if (program->code == NULL && compile(p->text, program == &p->at ?
	    PCRE2_ANCHORED : 0, &program->code, e) < 0)
		return -1;
	if (program->uses < JIT_AFTER && ++program->uses == JIT_AFTER)
		(void)pcre2_jit_compile(program->code, PCRE2_JIT_COMPLETE);
	if (p->limits != NULL)
		return 0;
	p->data = pcre2_match_data_create_from_pattern(program->code, NULL);
	p->limits = pcre2_match_context_create(NULL);
	if (p->data == NULL || p->limits == NULL)
		return err_set(e, ERR_BUG, "out of memory");
	pcre2_set_match_limit(p->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(p->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(p->limits, HEAP_LIMIT);
	return 0;
}

static int
match(struct pattern *p, struct program *program, const char *text,
    size_t len, size_t from, struct span *span, struct err *e)
{
	PCRE2_UCHAR why[200];
	PCRE2_SIZE *at;
	int rc;

	p->matched = false;
	if (prepare(p, program, e) < 0)
		return -1;
	rc = pcre2_match(program->code, (PCRE2_SPTR)text, len, from,
	    PCRE2_NO_UTF_CHECK, p->data, p->limits);
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(program->code, (PCRE2_SPTR)text, len, from,
		    PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, p->data, p->limits);
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	if (rc < 0) {
		pcre2_get_error_message(rc, why, sizeof(why) / sizeof(*why));
		return err_set(e, ERR_INPUT, "pattern '%.200s': %s", p->text,
		    (const char *)why);
	}
	p->matched = true;
	at = pcre2_get_ovector_pointer(p->data);
	span->start = at[0];
	/* \K in a lookahead can put the start behind the end. */
	span->end = at[1] < at[0] ? at[0] : at[1];
	return 1;
}

int
pattern_match(struct pattern *p, const char *text, size_t len, size_t from,
    struct span *span, struct err *e)
{
	return match(p, &p->any, text, len, from, span, e);
}

int
pattern_match_at(struct pattern *p, const char *text, size_t len, size_t at,
    struct span *span, struct err *e)
{
	return match(p, &p->at, text, len, at, span, e);
}

bool
pattern_may(const struct pattern *p, const struct grams *g)
{
	return !p->plain || pattern_plain_may(p->text, g);
}

bool
pattern_group(const struct pattern *p, const char *name, struct span *span)
{
	PCRE2_SIZE *at;
	int n;

	if (!p->matched || p->plain)
		return false;
	n = pcre2_substring_number_from_name(p->any.code, (PCRE2_SPTR)name);
	if (n <= 0 || (uint32_t)n >= pcre2_get_ovector_count(p->data))
		return false;
	at = pcre2_get_ovector_pointer(p->data);
	if (at[2 * n] == PCRE2_UNSET)
		return false;
	span->start = at[2 * n];
	span->end = at[2 * n + 1];
	return true;
}

const char *
pattern_name(const struct pattern *p, size_t i)
{
	uint32_t n = 0, size = 0;
	PCRE2_SPTR table = NULL;

	if (p->plain)
		return NULL;
	pcre2_pattern_info(p->any.code, PCRE2_INFO_NAMECOUNT, &n);
	pcre2_pattern_info(p->any.code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(p->any.code, PCRE2_INFO_NAMETABLE, &table);
	/* Two bytes of each entry are the group's number. */
	return i < n ? (const char *)table + i * size + 2 : NULL;
}

const char *
pattern_text(const struct pattern *p)
{
	return p->text;
}

const char *
pattern_danger(const struct pattern *p)
{
	struct err ignored = { 0 };
	pcre2_code *code = NULL;
	uint32_t empty = 0;

	if (compile(p->text, 0, &code, &ignored) == 0)
		pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &empty);
	pcre2_code_free(code);
	if (empty)
		return "matches the empty text";
	return literals_danger(p->text);
}

struct steps {
	int n, limit;
};

static int
count_step(pcre2_callout_block *block, void *arg)
{
	struct steps *s = arg;

	(void)block;
	return ++s->n < s->limit ? 0 : PCRE2_ERROR_CALLOUT;
}

static int
steps_of(pcre2_code *code, const char *text, size_t len, int limit)
{
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(code,
	    NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	struct steps s = { 0, limit };

	if (data != NULL && context != NULL) {
		pcre2_set_callout(context, count_step, &s);
		pcre2_set_heap_limit(context, HEAP_LIMIT);
		pcre2_match(code, (PCRE2_SPTR)text, len, 0,
		    PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, context);
	}
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	return s.n;
}

int
pattern_steps(const struct pattern *p, const char *text, size_t len, int limit)
{
	struct err e = { 0 };
	pcre2_code *code;
	int n = 0;

	if (compile(p->text, PCRE2_AUTO_CALLOUT | PCRE2_NO_START_OPTIMIZE,
	    &code, &e) == 0)
		n = steps_of(code, text, len, limit);
	pcre2_code_free(code);
	return n;
}

#define MEASURED	(4 * PATTERN_STEPS)
#define CUBIC		5	/* times as much on twice the text */
#define SOARS		50

static int
steps_on(const struct pattern *p, struct arena *a, const char *text,
    size_t len)
{
	const char *part = arena_printf(a, "%.*s\001", (int)len, text);

	return pattern_steps(p, part, strlen(part), MEASURED);
}

/* How many times the steps grow when the text doubles, where both are known. */
static enum pattern_growth
growth(const struct pattern *p, struct arena *a, const char *text, int all)
{
	int steps = all;

	for (size_t len = HOSTILE_LEN / 2; len >= 16; len /= 2) {
		int half = steps_on(p, a, text, len);

		if (steps < MEASURED)
			return steps / (half + 1) >= SOARS ?
			    PATTERN_EXPONENTIAL : steps / (half + 1) >=
			    CUBIC ? PATTERN_POLYNOMIAL : PATTERN_FINE;
		steps = half;
	}
	return PATTERN_EXPONENTIAL;
}

enum pattern_growth
pattern_growth(const struct pattern *p, struct arena *a, const char **text)
{
	const char *list[HOSTILE_MOST];
	size_t n = hostile_texts(p->text, a, list);

	for (size_t i = 0; i < n; i++) {
		int steps = pattern_steps(p, list[i], strlen(list[i]),
		    MEASURED);
		enum pattern_growth got;

		*text = list[i];
		if (steps >= PATTERN_STEPS &&
		    (got = growth(p, a, list[i], steps)) != PATTERN_FINE)
			return got;
	}
	return PATTERN_FINE;
}
