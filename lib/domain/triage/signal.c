/* Figures against thresholds, over time, customer by customer. */
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/time.h"
#include "domain/triage/signal.h"

#define RULES		64
#define NORMAL		7	/* periods that make the normal one */
#define NORMAL_LEAST	3

struct watch {			/* one rule on one customer */
	int64_t since;		/* above from then on; TIME_NONE: it is not */
	int64_t told;		/* TIME_NONE: never */
	int64_t last;		/* of SILENT: with something in it */
	int64_t period;		/* of SUM: begins then */
	int64_t sum;
	int64_t before[NORMAL];	/* sums of the periods before */
	int periods;
	int64_t value;		/* of GROWTH: the one before */
};

struct watched {
	const char *customer;
	int64_t at;		/* of the last sample */
	struct watch watch[RULES];
	UT_hash_handle hh;
};

struct signals {
	struct arena arena;
	struct signal_rule rule[RULES];
	size_t n;
	int64_t again;
	struct watched *customers;
};

int
figure_parse(const char *s, int64_t *out)
{
	bool minus = *s == '-';
	int64_t n = 0, unit = SIGNAL_UNIT;

	s += minus;
	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (n > INT64_MAX / SIGNAL_UNIT / 100)
			return -1;
		n = n * 10 + (*s - '0');
	}
	n *= SIGNAL_UNIT;
	if (*s == '.') {
		for (s++; *s >= '0' && *s <= '9'; s++) {
			unit /= 10;
			n += unit * (*s - '0');
		}
	}
	if (*s != '\0')
		return -1;
	*out = minus ? -n : n;
	return 0;
}

char *
figure_text(int64_t value, bool percent, struct arena *a)
{
	const char *minus = value < 0 ? "-" : "", *unit = percent ? " %" : "";
	int64_t n = value < 0 ? -value : value;

	if (percent)
		n *= 100;
	if (n % SIGNAL_UNIT < SIGNAL_UNIT / 10)
		return arena_printf(a, "%s%lld%s", minus,
		    (long long)(n / SIGNAL_UNIT), unit);
	return arena_printf(a, "%s%lld.%lld%s", minus,
	    (long long)(n / SIGNAL_UNIT),
	    (long long)(n % SIGNAL_UNIT / (SIGNAL_UNIT / 10)), unit);
}

/* "500", or with a % behind it a hundredth of it. */
static int
amount(const struct yaml *y, const char *key, int64_t *out, struct err *e)
{
	const struct yaml *v = yaml_get(y, key);
	char text[40];
	size_t len;

	if (v == NULL)
		return 0;
	len = v->text != NULL ? strlen(v->text) : 0;
	if (len == 0 || len >= sizeof(text))
		return yaml_err(v, e, "%s is not a number", key);
	memcpy(text, v->text, len + 1);
	if (text[len - 1] == '%')
		text[len - 1] = '\0';
	if (figure_parse(text, out) < 0 || *out < 0)
		return yaml_err(v, e, "%s is not a number", key);
	if (v->text[len - 1] == '%')
		*out /= 100;
	return 0;
}

/* Which of its figures a rule looks at, and how. */
static int
load_kind(struct signal_rule *r, const struct yaml *y, struct err *e)
{
	const struct yaml *ratio = yaml_get(y, "ratio");
	const struct { const char *key; int kind; } kinds[] = {
		{ "value", SIGNAL_VALUE }, { "sum", SIGNAL_SUM },
		{ "silent", SIGNAL_SILENT }, { "growth", SIGNAL_GROWTH },
	};
	int found = ratio != NULL;

	if (ratio != NULL) {
		if (ratio->kind != YAML_LIST || ratio->count != 2 ||
		    ratio->first->text == NULL ||
		    ratio->first->next->text == NULL)
			return yaml_err(ratio, e,
			    "ratio is not a list of two figures");
		r->kind = SIGNAL_RATIO;
		r->figure = ratio->first->text;
		r->of = ratio->first->next->text;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const char *figure = yaml_str(y, kinds[i].key, NULL);

		if (figure == NULL)
			continue;
		found++;
		r->kind = kinds[i].kind;
		r->figure = figure;
	}
	if (r->kind == SIGNAL_SUM && yaml_get(y, "times") != NULL)
		r->kind = SIGNAL_TIMES;
	if (found != 1)
		return yaml_err(y, e, "a signal has one of value, ratio, sum, "
		    "silent and growth");
	return 0;
}

static int
load_rule(struct signals *s, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "id", "value", "ratio", "sum",
		"silent", "growth", "above", "times", "least", "for", "per",
		"priority", "tell", "template", "topic", NULL };
	struct signal_rule *r = &s->rule[s->n];

	if (y->kind != YAML_MAP)
		return yaml_err(y, e, "a signal is not a map");
	if (s->n == RULES)
		return yaml_err(y, e, "over %d signals", RULES);
	r->id = yaml_str(y, "id", NULL);
	r->line = y->line;
	r->priority = yaml_str(y, "priority", "P3");
	r->topic = yaml_str(y, "topic", NULL);
	r->above = -1;
	if (yaml_only(y, keys, e) < 0 || load_kind(r, y, e) < 0 ||
	    amount(y, "above", &r->above, e) < 0 ||
	    amount(y, "times", &r->above, e) < 0 ||
	    amount(y, "least", &r->least, e) < 0 ||
	    yaml_seconds(y, "for", &r->lasts, e) < 0 ||
	    yaml_seconds(y, "per", &r->lasts, e) < 0 ||
	    yaml_texts(y, "tell", &s->arena, &r->tell, e) < 0)
		return -1;
	if (r->id == NULL || *r->id == '\0' || strspn(r->id,
	    "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(r->id))
		return yaml_err(y, e, "a signal's id is not of a-z, 0-9 "
		    "and -");
	if (r->tell[0] == NULL)
		return yaml_err(y, e, "signal '%s' tells nobody", r->id);
	if (r->kind != SIGNAL_SILENT && r->above < 0)
		return yaml_err(y, e, "signal '%s' has no above or times",
		    r->id);
	if ((r->kind == SIGNAL_SILENT || r->kind == SIGNAL_SUM ||
	    r->kind == SIGNAL_TIMES) && r->lasts == 0)
		return yaml_err(y, e, "signal '%s' has no %s", r->id,
		    r->kind == SIGNAL_SILENT ? "for" : "per");
	r->form = yaml_str(y, "template", r->id);
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->rule[i].id, r->id) == 0)
			return yaml_err(y, e, "signal '%s' stands twice",
			    r->id);
	}
	s->n++;
	return 0;
}

int
signals_load(struct signals **out, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "again_after", "signals", NULL };
	const struct yaml *list = yaml_get(root, "signals");
	struct signals *s = xcalloc(1, sizeof(*s));

	s->again = 7 * 86400;
	if (yaml_only(root, keys, e) < 0 ||
	    yaml_seconds(root, "again_after", &s->again, e) < 0)
		goto fail;
	if (list == NULL || list->kind != YAML_LIST) {
		yaml_err(list != NULL ? list : root, e,
		    "signals is not a list");
		goto fail;
	}
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		if (load_rule(s, y, e) < 0)
			goto fail;
	}
	*out = s;
	return 0;
fail:
	signals_free(s);
	return -1;
}

void
signals_free(struct signals *s)
{
	struct watched *w, *next;

	HASH_ITER(hh, s->customers, w, next) {
		HASH_DEL(s->customers, w);
		free(w);
	}
	arena_free(&s->arena);
	free(s);
}

const struct signal_rule *
signals_rule(const struct signals *s, size_t i)
{
	return i < s->n ? &s->rule[i] : NULL;
}

int64_t
signals_again(const struct signals *s)
{
	return s->again;
}

static struct watched *
watched_of(struct signals *s, const char *customer)
{
	struct watched *w;

	HASH_FIND_STR(s->customers, customer, w);
	if (w != NULL)
		return w;
	w = xcalloc(1, sizeof(*w));
	w->customer = arena_strdup(&s->arena, customer);
	w->at = TIME_NONE;
	for (int i = 0; i < RULES; i++) {
		w->watch[i].since = w->watch[i].told = TIME_NONE;
		w->watch[i].last = w->watch[i].period = TIME_NONE;
		w->watch[i].value = -1;
	}
	HASH_ADD_KEYPTR(hh, s->customers, w->customer, strlen(w->customer),
	    w);
	return w;
}

static const int64_t *
figure_of(const struct figure *f, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(f[i].name, name) == 0)
			return &f[i].value;
	}
	return NULL;
}

/* a / b in units, cut off; 128 bits hold the product. */
static int64_t
divide(int64_t a, int64_t b)
{
	__extension__ typedef __int128 wide;
	wide n = (wide)a * SIGNAL_UNIT / b;

	return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

/* The sums of periods; what the one at hand is measured against. */
static void
add_up(const struct signal_rule *r, struct watch *w, int64_t at,
    int64_t value)
{
	int64_t period = at / r->lasts * r->lasts;

	if (w->period != period && w->period != TIME_NONE) {
		int64_t gone = (period - w->period) / r->lasts;

		/* Periods in between had nothing. */
		for (int64_t i = 0; i < gone && i < NORMAL; i++) {
			memmove(w->before + 1, w->before,
			    (NORMAL - 1) * sizeof(*w->before));
			w->before[0] = i == 0 ? w->sum : 0;
			if (w->periods < NORMAL)
				w->periods++;
		}
		w->sum = 0;
	}
	w->period = period;
	w->sum = w->sum > INT64_MAX - value ? INT64_MAX : w->sum + value;
}

/* Whether the sample is above; *value is what it comes to. */
static bool
is_above(const struct signal_rule *r, struct watch *w, int64_t at,
    const int64_t *figure, const int64_t *of, int64_t *value)
{
	int64_t mean = 0, before = w->value;

	*value = *figure;
	switch (r->kind) {
	case SIGNAL_VALUE:
		return *value > r->above;
	case SIGNAL_RATIO:
		if (*of <= 0 || *of < r->least)
			return false;
		*value = divide(*figure, *of);
		return *value > r->above;
	case SIGNAL_SUM:
		add_up(r, w, at, *figure);
		*value = w->sum;
		return *value > r->above;
	case SIGNAL_TIMES:
		add_up(r, w, at, *figure);
		for (int i = 0; i < w->periods; i++)
			mean += w->before[i] / w->periods;
		*value = mean > 0 ? divide(w->sum, mean) : 0;
		return w->periods >= NORMAL_LEAST && w->sum >= r->least &&
		    *value > r->above;
	case SIGNAL_GROWTH:
		w->value = *figure;
		if (before <= 0 || *figure < r->least)
			return false;
		*value = divide(*figure - before, before);
		return *value > r->above;
	case SIGNAL_SILENT:
		break;
	}
	return false;
}

static void
raise_signal(const struct signals *s, const struct signal_rule *r,
    struct watch *w, const struct raised *raised,
    void (*tell)(void *, const struct raised *), void *arg)
{
	(void)r;
	if (w->told != TIME_NONE && raised->at - w->told < s->again)
		return;
	w->told = raised->at;
	tell(arg, raised);
}

static void
look(const struct signals *s, const struct signal_rule *r, struct watch *w,
    const char *customer, int64_t at, const struct figure *f, size_t n,
    void (*tell)(void *, const struct raised *), void *arg)
{
	const int64_t *figure = figure_of(f, n, r->figure);
	const int64_t *of = r->of != NULL ? figure_of(f, n, r->of) : NULL;
	bool lasting = r->kind == SIGNAL_VALUE || r->kind == SIGNAL_RATIO;
	int64_t value;

	if (figure == NULL || (r->of != NULL && of == NULL))
		return;
	if (r->kind == SIGNAL_SILENT) {
		if (*figure > 0)
			w->last = at;
		return;
	}
	if (!is_above(r, w, at, figure, of, &value)) {
		w->since = TIME_NONE;
		return;
	}
	if (w->since == TIME_NONE)
		w->since = lasting ? at : w->period != TIME_NONE ?
		    w->period : at;
	if (lasting && at - w->since < r->lasts)
		return;
	raise_signal(s, r, w, &(struct raised){ r, customer, at, w->since,
	    value }, tell, arg);
}

int
signals_sample(struct signals *s, const char *customer, int64_t at,
    const struct figure *f, size_t n, void (*tell)(void *,
    const struct raised *), void *arg, struct err *e)
{
	struct watched *w = watched_of(s, customer);

	if (w->at != TIME_NONE && at < w->at)
		return err_set(e, ERR_INPUT, "earlier than the figures of "
		    "'%s' before it", customer);
	w->at = at;
	for (size_t i = 0; i < s->n; i++)
		look(s, &s->rule[i], &w->watch[i], w->customer, at, f, n,
		    tell, arg);
	return 0;
}

static int
by_customer(struct watched *a, struct watched *b)
{
	return strcmp(a->customer, b->customer);
}

void
signals_end(struct signals *s, int64_t now, void (*tell)(void *,
    const struct raised *), void *arg)
{
	HASH_SORT(s->customers, by_customer);
	for (struct watched *c = s->customers; c != NULL; c = c->hh.next) {
		for (size_t i = 0; i < s->n; i++) {
			const struct signal_rule *r = &s->rule[i];
			struct watch *w = &c->watch[i];

			if (r->kind != SIGNAL_SILENT || w->last == TIME_NONE ||
			    now - w->last < r->lasts)
				continue;
			raise_signal(s, r, w, &(struct raised){ r,
			    c->customer, w->last + r->lasts, w->last, 0 },
			    tell, arg);
		}
	}
}
