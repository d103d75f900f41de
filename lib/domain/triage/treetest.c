/* Conditions of decision trees: tests of facts, read and met. */
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "domain/triage/treeset.h"

#define SCALE	10000		/* a number has four decimal places */
#define DEEP	16		/* conditions within conditions */

const struct fact *
fact_find(const struct trees *t, const char *name)
{
	for (size_t i = 0; i < t->facts; i++) {
		if (strcmp(t->fact[i].name, name) == 0)
			return &t->fact[i];
	}
	return NULL;
}

/* "12", "-3", "0.05", "10,000", "50 %", "50%". */
static bool
number_parse(const char *s, int64_t *out)
{
	bool minus = *s == '-', digits = false;
	int64_t n = 0, unit = SCALE;
	int places = -1;

	for (s += minus; (*s >= '0' && *s <= '9') || *s == '.' || *s == ',';
	    s++) {
		if (*s == '.') {
			if (places >= 0 || !digits)
				return false;
			places = 0;
			continue;
		}
		if (*s == ',') {
			if (!digits || places >= 0 ||
			    strspn(s + 1, "0123456789") != 3)
				return false;
			continue;
		}
		digits = true;
		if (places >= 0 && ++places > 4)
			return false;
		if (n > INT64_MAX / (SCALE * INT64_C(100)))
			return false;
		n = n * 10 + (*s - '0');
		if (places >= 0)
			unit /= 10;
	}
	if (!digits || s[-1] == '.' || s[-1] == ',')
		return false;
	s += strspn(s, " ");
	s += *s == '%';
	*out = (minus ? -n : n) * unit;
	return *s == '\0';
}

static bool
time_value(const char *s, int64_t *out)
{
	struct duration d;

	if (strcmp(s, "0") == 0) {
		*out = 0;
		return true;
	}
	if (duration_parse(s, &d) < 0 || d.unit == DURATION_BUSINESS_DAYS)
		return false;
	*out = d.unit == DURATION_DAYS ? d.amount * 86400 : d.amount;
	return true;
}

/* The place of a word in the list; the first is 0. */
static bool
choice_value(const struct fact *f, const char *s, int64_t *out)
{
	*out = 0;
	for (const struct yaml *y = f->choice->first; y != NULL; y = y->next) {
		if (strcasecmp(y->text, s) == 0)
			return true;
		++*out;
	}
	return false;
}

static bool
truth_value(const char *s, int64_t *out)
{
	static const char *const yes[] = { "yes", "true", "1" };
	static const char *const no[] = { "no", "false", "0" };

	for (size_t i = 0; i < 3; i++) {
		*out = strcasecmp(s, yes[i]) == 0;
		if (*out || strcasecmp(s, no[i]) == 0)
			return true;
	}
	return false;
}

static bool
value_of(const struct fact *f, const char *s, int64_t *out)
{
	switch (f->kind) {
	case FACT_NUMBER:
		return number_parse(s, out);
	case FACT_TIME:
		return time_value(s, out);
	case FACT_CHOICE:
		return choice_value(f, s, out);
	case FACT_TRUTH:
		return truth_value(s, out);
	case FACT_WORD:
	case FACT_WORDS:
		break;
	}
	*out = 0;
	return *s != '\0';
}

static const char *const *
split_words(const char *s, struct arena *a)
{
	const char **out;
	size_t n = 1;

	for (const char *p = s; *p != '\0'; p++)
		n += *p == ',';
	out = arena_alloc(a, (n + 1) * sizeof(*out));
	for (n = 0; *s != '\0';) {
		size_t len;

		s += strspn(s, ", ");
		len = strcspn(s, ",");
		while (len > 0 && s[len - 1] == ' ')
			len--;
		if (len > 0)
			out[n++] = arena_strndup(a, s, len);
		s += strcspn(s, ",");
	}
	out[n] = NULL;
	return out;
}

bool
known_parse(const struct fact *f, const char *s, struct known *k,
    struct arena *a)
{
	memset(k, 0, sizeof(*k));
	if (!value_of(f, s, &k->number))
		return false;
	k->known = true;
	if (f->kind == FACT_WORD)
		k->word = arena_strdup(a, s);
	else if (f->kind == FACT_WORDS)
		k->words = split_words(s, a);
	return true;
}

/* -- reading ---------------------------------------------------------- */

static bool
ordered(const struct fact *f)
{
	return f->kind == FACT_NUMBER || f->kind == FACT_TIME ||
	    f->kind == FACT_CHOICE;
}

static int
bad_value(const struct fact *f, const struct yaml *at, const char *text,
    struct err *e)
{
	static const char *const kinds[] = { "a word", "a word", "yes or no",
		"a number", "a time such as 30m", "one of its words" };

	return yaml_err(at, e, "'%.60s' is no answer of '%s': that is %s",
	    text, f->name, kinds[f->kind]);
}

/* "5 to 8": from 5 on, and below 8. */
static int
range_load(const struct fact *f, const struct yaml *at, const char *text,
    const char *to, struct test *t, struct arena *a, struct err *e)
{
	const char *from = arena_strndup(a, text, (size_t)(to - text));

	t->op = TEST_RANGE;
	if (!value_of(f, from, &t->a) || !value_of(f, to + 4, &t->b))
		return bad_value(f, at, text, e);
	if (t->a >= t->b)
		return yaml_err(at, e, "nothing is from %s to %s", from,
		    to + 4);
	return 0;
}

int
test_load(struct trees *trees, const struct fact *f, const struct yaml *at,
    const char *text, struct test **out, struct err *e)
{
	static const struct {
		const char *word;
		enum test_op op;
	} ops[] = {
		{ "over ", TEST_OVER }, { "under ", TEST_UNDER },
		{ "at least ", TEST_LEAST }, { "at most ", TEST_MOST },
	};
	struct test *t = arena_zalloc(&trees->arena, sizeof(*t));
	const char *to, *value = text;

	*out = t;
	if (text == NULL || *text == '\0')
		return yaml_err(at, e, "'%s' is asked for nothing", f->name);
	if (strcmp(text, "known") == 0 || strcmp(text, "unknown") == 0) {
		t->op = *text == 'k' ? TEST_KNOWN : TEST_UNKNOWN;
		return 0;
	}
	if (ordered(f) && (to = strstr(text, " to ")) != NULL)
		return range_load(f, at, text, to, t, &trees->arena, e);
	for (size_t i = 0; ordered(f) && i < sizeof(ops) / sizeof(*ops); i++) {
		size_t len = strlen(ops[i].word);

		if (strncmp(text, ops[i].word, len) == 0) {
			t->op = ops[i].op;
			value = text + len;
		}
	}
	t->word = value;
	return value_of(f, value, &t->a) ? 0 : bad_value(f, at, text, e);
}

static int
tests_load(struct trees *trees, const struct fact *f, const struct yaml *y,
    struct test **out, struct err *e)
{
	if (y->kind == YAML_SCALAR)
		return test_load(trees, f, y, y->text, out, e);
	if (y->kind != YAML_LIST || y->first == NULL)
		return yaml_err(y, e, "'%s' is asked for nothing", f->name);
	for (const struct yaml *v = y->first; v != NULL; v = v->next) {
		if (v->kind != YAML_SCALAR)
			return yaml_err(v, e, "not a word");
		if (test_load(trees, f, v, v->text, out, e) < 0)
			return -1;
		out = &(*out)->next;
	}
	return 0;
}

static int	map_load(struct trees *, const struct yaml *, int depth,
		    struct cond **, struct err *);

/* all, any, not: a map, or a list of maps. */
static int
group_load(struct trees *trees, const struct yaml *y, int depth,
    enum cond_kind kind, struct cond **out, struct err *e)
{
	struct cond *c = arena_zalloc(&trees->arena, sizeof(*c)), **end;

	c->kind = kind;
	*out = c;
	end = &c->first;
	if (depth == DEEP)
		return yaml_err(y, e, "conditions are nested too deep");
	if (y->kind == YAML_MAP)
		return map_load(trees, y, depth + 1, end, e);
	if (y->kind != YAML_LIST || y->first == NULL)
		return yaml_err(y, e, "not a list of conditions");
	for (const struct yaml *v = y->first; v != NULL; v = v->next) {
		if (map_load(trees, v, depth + 1, end, e) < 0)
			return -1;
		end = &(*end)->next;
	}
	return 0;
}

static int
entry_load(struct trees *trees, const struct yaml *y, int depth,
    struct cond **out, struct err *e)
{
	struct cond *c;
	const struct fact *f;

	if (strcmp(y->key, "all") == 0)
		return group_load(trees, y, depth, COND_ALL, out, e);
	if (strcmp(y->key, "any") == 0)
		return group_load(trees, y, depth, COND_ANY, out, e);
	if (strcmp(y->key, "not") == 0)
		return group_load(trees, y, depth, COND_NOT, out, e);
	if ((f = fact_find(trees, y->key)) == NULL)
		return yaml_err(y, e, "no fact '%s'", y->key);
	c = arena_zalloc(&trees->arena, sizeof(*c));
	c->kind = COND_TEST;
	c->fact = f;
	*out = c;
	return tests_load(trees, f, y, &c->test, e);
}

static int
map_load(struct trees *trees, const struct yaml *y, int depth,
    struct cond **out, struct err *e)
{
	struct cond *c = arena_zalloc(&trees->arena, sizeof(*c)), **end;

	*out = c;
	c->kind = COND_ALL;
	end = &c->first;
	if (y->kind != YAML_MAP || y->first == NULL)
		return yaml_err(y, e, "not a map of facts and what they have "
		    "to be");
	for (const struct yaml *v = y->first; v != NULL; v = v->next) {
		if (entry_load(trees, v, depth, end, e) < 0)
			return -1;
		end = &(*end)->next;
	}
	return 0;
}

int
cond_load(struct trees *trees, const struct yaml *y, struct cond **out,
    struct err *e)
{
	return map_load(trees, y, 0, out, e);
}

/* -- meeting ---------------------------------------------------------- */

static bool
is_word(const struct fact *f, const struct test *t, const struct known *k)
{
	if (f->kind == FACT_WORD)
		return strcasecmp(k->word, t->word) == 0;
	for (const char *const *w = k->words; *w != NULL; w++) {
		if (strcasecmp(*w, t->word) == 0)
			return true;
	}
	return false;
}

static bool
one_holds(const struct fact *f, const struct test *t, const struct known *k)
{
	/* What is not known meets nothing else. */
	if (t->op == TEST_UNKNOWN || !k->known)
		return t->op == TEST_UNKNOWN && !k->known;
	switch (t->op) {
	case TEST_OVER:
		return k->number > t->a;
	case TEST_UNDER:
		return k->number < t->a;
	case TEST_LEAST:
		return k->number >= t->a;
	case TEST_MOST:
		return k->number <= t->a;
	case TEST_RANGE:
		return k->number >= t->a && k->number < t->b;
	case TEST_IS:
		return f->kind == FACT_WORD || f->kind == FACT_WORDS ?
		    is_word(f, t, k) : k->number == t->a;
	case TEST_KNOWN:
	case TEST_UNKNOWN:
		break;
	}
	return true;
}

bool
test_holds(const struct fact *f, const struct test *t, const struct known *k)
{
	for (; t != NULL; t = t->next) {
		if (one_holds(f, t, k))
			return true;
	}
	return false;
}

struct known
facts_get(const struct facts *facts, const struct fact *f)
{
	struct known k = facts->value[f->index];

	/* It follows from facts that stand before it, so this ends. */
	if (!k.known && f->when != NULL) {
		k.known = true;
		k.number = cond_holds(f->when, facts);
	}
	return k;
}

bool
cond_holds(const struct cond *c, const struct facts *facts)
{
	struct known k;

	if (c->kind == COND_TEST) {
		k = facts_get(facts, c->fact);
		return test_holds(c->fact, c->test, &k);
	}
	for (const struct cond *sub = c->first; sub != NULL; sub = sub->next) {
		if (cond_holds(sub, facts) != (c->kind == COND_ALL))
			return c->kind == COND_ANY;
	}
	return c->kind != COND_ANY;
}

/* -- comparing -------------------------------------------------------- */

/* Of ordered facts: the values that a test takes, from low up to high. */
static bool
span_of(const struct test *t, int64_t *low, int64_t *high)
{
	*low = INT64_MIN;
	*high = INT64_MAX;
	switch (t->op) {
	case TEST_OVER:
		*low = t->a + 1;
		return true;
	case TEST_UNDER:
		*high = t->a - 1;
		return true;
	case TEST_LEAST:
		*low = t->a;
		return true;
	case TEST_MOST:
		*high = t->a;
		return true;
	case TEST_RANGE:
		*low = t->a;
		*high = t->b - 1;
		return true;
	case TEST_KNOWN:
		return true;
	case TEST_IS:
	case TEST_UNKNOWN:
		break;
	}
	return false;
}

bool
test_covers(const struct test *a, const struct test *b)
{
	int64_t from, to, low, high;

	if (a->op == TEST_IS && b->op == TEST_IS)
		return a->a == b->a && strcasecmp(a->word, b->word) == 0;
	if (a->op == TEST_UNKNOWN || b->op == TEST_UNKNOWN)
		return a->op == b->op;
	if (!span_of(a, &from, &to))
		return false;
	if (b->op == TEST_IS)
		low = high = b->a;
	else
		span_of(b, &low, &high);
	return from <= low && high <= to;
}

static bool
tests_same(const struct test *a, const struct test *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (a->op != b->op || a->a != b->a || a->b != b->b ||
		    (a->word == NULL) != (b->word == NULL) ||
		    (a->word != NULL && strcasecmp(a->word, b->word) != 0))
			return false;
	}
	return a == b;
}

bool
cond_same(const struct cond *a, const struct cond *b)
{
	const struct cond *x = a->first, *y = b->first;

	if (a->kind != b->kind || a->fact != b->fact ||
	    !tests_same(a->test, b->test))
		return false;
	for (; x != NULL && y != NULL; x = x->next, y = y->next) {
		if (!cond_same(x, y))
			return false;
	}
	return x == y;
}

/* -- showing ---------------------------------------------------------- */

static const char *
number_text(int64_t n, struct arena *a)
{
	int64_t whole = n / SCALE, rest = n % SCALE;
	char *s;
	size_t len;

	if (rest == 0)
		return arena_printf(a, "%lld", (long long)whole);
	s = arena_printf(a, "%s%lld.%04d", n < 0 ? "-" : "",
	    (long long)(whole < 0 ? -whole : whole),
	    (int)(rest < 0 ? -rest : rest));
	for (len = strlen(s); s[len - 1] == '0'; len--)
		s[len - 1] = '\0';
	return s;
}

const char *
known_text(const struct fact *f, const struct known *k, struct arena *a)
{
	const struct yaml *y;
	char text[TIME_TEXT];
	const char *s = "";

	if (!k->known)
		return "unknown";
	switch (f->kind) {
	case FACT_WORD:
		return k->word;
	case FACT_WORDS:
		for (size_t i = 0; k->words[i] != NULL; i++)
			s = arena_printf(a, "%s%s%s", s, i > 0 ? "," : "",
			    k->words[i]);
		return s;
	case FACT_TRUTH:
		return k->number ? "yes" : "no";
	case FACT_NUMBER:
		return number_text(k->number, a);
	case FACT_TIME:
		return arena_strdup(a, duration_exact(k->number, text));
	case FACT_CHOICE:
		break;
	}
	y = f->choice->first;
	for (int64_t i = 0; i < k->number; i++)
		y = y->next;
	return y->text;
}
