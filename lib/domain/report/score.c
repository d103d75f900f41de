/* Averages, shares and how sure they are. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/report/score.h"

#define Z95	1.959963984540054	/* of a normal distribution, 95 % */

static int
load_kind(struct survey_kind *k, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = { "low", "high", "promoters",
		"passives", "target", NULL };
	const int64_t most = 100;

	*k = (struct survey_kind){ .name = y->key, .low = 1, .high = 10,
		.target = INT64_MIN };
	if (yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "low", 0, most, &k->low, e) < 0 ||
	    yaml_int(y, "high", 1, most, &k->high, e) < 0 ||
	    yaml_int(y, "promoters", 1, most, &k->promoters, e) < 0 ||
	    yaml_int(y, "passives", 1, most, &k->passives, e) < 0 ||
	    yaml_decimal(y, "target", 2, &k->target, e) < 0)
		return -1;
	if (k->low >= k->high)
		return yaml_err(y, e, "low is not under high");
	if ((k->promoters == 0) != (k->passives == 0))
		return yaml_err(y, e,
		    "promoters and passives go together");
	if (k->promoters != 0 && (k->passives <= k->low ||
	    k->promoters <= k->passives || k->promoters > k->high))
		return yaml_err(y, e,
		    "not low < passives < promoters <= high");
	k->net = strcmp(k->name, "nps") == 0;
	if (k->net && k->promoters == 0)
		return yaml_err(y, e, "nps without promoters");
	return 0;
}

int
surveys_load(struct surveys *s, struct arena *a, const struct yaml *root,
    struct err *e)
{
	static const char *const keys[] = { "kinds", "significance", NULL };
	const struct yaml *kinds = yaml_get(root, "kinds");
	struct survey_kind *k;
	int64_t percent = 500;

	memset(s, 0, sizeof(*s));
	if (yaml_only(root, keys, e) < 0 ||
	    yaml_decimal(root, "significance", 2, &percent, e) < 0)
		return -1;
	if (percent <= 0 || percent >= 10000)
		return yaml_err(yaml_get(root, "significance"), e,
		    "significance is not between 0 and 100");
	if (kinds == NULL || kinds->kind != YAML_MAP || kinds->count == 0)
		return yaml_err(kinds != NULL ? kinds : root, e,
		    "kinds is not a map of surveys");
	s->significance = (double)percent / 10000;
	k = arena_zalloc(a, (size_t)kinds->count * sizeof(*k));
	s->kind = k;
	for (const struct yaml *y = kinds->first; y != NULL; y = y->next) {
		if (load_kind(&k[s->kinds++], y, e) < 0)
			return -1;
	}
	return 0;
}

const struct survey_kind *
surveys_find(const struct surveys *s, const char *name)
{
	for (size_t i = 0; i < s->kinds; i++) {
		if (strcmp(s->kind[i].name, name) == 0)
			return &s->kind[i];
	}
	return NULL;
}

static const char *
text(const struct rec *r, const char *name, struct arena *a)
{
	const char *s = rec_str(r, name, a);

	return s != NULL ? s : "";
}

int
answer_of(struct answer *w, const struct surveys *s, const struct rec *r,
    struct arena *a, struct err *e)
{
	const char *kind = rec_str(r, "kind", a);
	struct value v;

	memset(w, 0, sizeof(*w));
	w->kind = kind != NULL ? surveys_find(s, kind) : s->kind;
	if (w->kind == NULL)
		return err_set(e, ERR_INPUT, "answer: no survey is a '%s'",
		    kind);
	if (!rec_time(r, "at", &w->at))
		return err_set(e, ERR_INPUT, "answer: at is not a time");
	w->id = text(r, "id", a);
	w->survey = text(r, "survey", a);
	w->ticket = text(r, "ticket", a);
	w->customer = text(r, "customer", a);
	w->comment = text(r, "comment", a);
	rec_bool(r, "anonymous", &w->anonymous);
	rec_bool(r, "dismissed", &w->dismissed);
	if (!rec_get(r, "score", &v) || v.kind == VALUE_NULL)
		w->dismissed = true;
	if (w->dismissed)
		return 0;
	if (!value_int(&v, &w->score) || w->score < w->kind->low ||
	    w->score > w->kind->high)
		return err_set(e, ERR_INPUT, "answer: the score of %s is not "
		    "%" PRId64 " to %" PRId64, w->kind->name, w->kind->low,
		    w->kind->high);
	return 0;
}

void
score_add(struct score *s, const struct answer *w)
{
	if (w->dismissed) {
		s->dismissed++;
		return;
	}
	s->n++;
	s->sum += w->score;
	s->squares += w->score * w->score;
	if (w->kind->promoters == 0)
		return;
	if (w->score >= w->kind->promoters)
		s->promoters++;
	else if (w->score >= w->kind->passives)
		s->passives++;
	else
		s->detractors++;
}

static double
clamp(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

struct interval
score_wilson(int64_t k, int64_t n)
{
	struct interval i = { 0 };
	double p, z2 = Z95 * Z95, d = (double)n, half, centre;

	if (n <= 0)
		return i;
	p = (double)k / d;
	centre = (p + z2 / (2 * d)) / (1 + z2 / d);
	half = Z95 / (1 + z2 / d) * sqrt(p * (1 - p) / d + z2 / (4 * d * d));
	i.known = true;
	i.value = p;
	/* At none and at all of them the bound is exact, not 1e-17. */
	i.low = k == 0 ? 0 : clamp(centre - half, 0, 1);
	i.high = k == n ? 1 : clamp(centre + half, 0, 1);
	return i;
}

/* Variance of one answer's contribution (1, 0 or -1) to the net share. */
static double
net_variance(const struct score *s)
{
	double n = (double)s->n;
	double net = (double)(s->promoters - s->detractors) / n;

	return (double)(s->promoters + s->detractors) / n - net * net;
}

struct interval
score_nps(const struct score *s)
{
	struct interval i = { 0 };
	double half;

	if (s->n == 0)
		return i;
	i.value = i.low = i.high = 100 *
	    (double)(s->promoters - s->detractors) / (double)s->n;
	/* All of one opinion: the sample knows of no other. */
	if (s->n < 2 || s->promoters == s->n || s->passives == s->n ||
	    s->detractors == s->n)
		return i;
	half = 100 * Z95 * sqrt(net_variance(s) / (double)s->n);
	i.known = true;
	i.low = clamp(i.value - half, -100, 100);
	i.high = clamp(i.value + half, -100, 100);
	return i;
}

/* n²·variance of the sample, exactly; 0 when all scores are the same. */
static int64_t
spread(const struct score *s)
{
	return s->n * s->squares - s->sum * s->sum;
}

struct interval
score_mean(const struct score *s, const struct survey_kind *k)
{
	struct interval i = { 0 };
	double n = (double)s->n, half;

	if (s->n == 0)
		return i;
	i.value = i.low = i.high = (double)s->sum / n;
	if (s->n < 2 || spread(s) == 0)
		return i;
	half = Z95 * sqrt((double)spread(s) / (n * (n - 1)) / n);
	i.known = true;
	i.low = clamp(i.value - half, (double)k->low, (double)k->high);
	i.high = clamp(i.value + half, (double)k->low, (double)k->high);
	return i;
}

struct interval
score_value(const struct score *s, const struct survey_kind *k)
{
	return k->net ? score_nps(s) : score_mean(s, k);
}

struct interval
score_rate(const struct score *s)
{
	int64_t delivered = s->sent - s->bounced;

	if (delivered <= 0 || s->n > delivered)
		return (struct interval){ 0 };
	return score_wilson(s->n, delivered);
}

static struct trend
by_z(double difference, double error)
{
	struct trend t = { 0 };

	if (!(error > 0))
		return t;
	t.known = true;
	t.z = difference / error;
	t.p = erfc(fabs(t.z) / sqrt(2));
	return t;
}

struct trend
score_trend(const struct score *before, const struct score *after,
    const struct survey_kind *k)
{
	double n1 = (double)before->n, n2 = (double)after->n, variance;

	if (before->n < 2 || after->n < 2)
		return (struct trend){ 0 };
	if (k->net)
		variance = 1e4 * (net_variance(before) / n1 +
		    net_variance(after) / n2);
	else
		variance = (double)spread(before) / (n1 * (n1 - 1)) / n1 +
		    (double)spread(after) / (n2 * (n2 - 1)) / n2;
	return by_z(score_value(after, k).value - score_value(before, k).value,
	    sqrt(variance));
}

struct trend
score_proportions(int64_t k1, int64_t n1, int64_t k2, int64_t n2)
{
	double p;

	if (n1 <= 0 || n2 <= 0)
		return (struct trend){ 0 };
	p = (double)(k1 + k2) / (double)(n1 + n2);
	return by_z((double)k1 / (double)n1 - (double)k2 / (double)n2,
	    sqrt(p * (1 - p) * (1 / (double)n1 + 1 / (double)n2)));
}

char *
ratio_text(int64_t num, int64_t den, int places, char out[32])
{
	int64_t unit = 1, q;
	bool minus;

	for (int i = 0; i < places; i++)
		unit *= 10;
	q = num * unit / den;
	if (num < 0 && num * unit % den != 0)
		q--;
	minus = q < 0;
	if (minus)
		q = -q;
	if (places == 0)
		snprintf(out, 32, "%s%" PRId64, minus ? "-" : "", q);
	else
		snprintf(out, 32, "%s%" PRId64 ".%0*" PRId64,
		    minus ? "-" : "", q / unit, places, q % unit);
	return out;
}
