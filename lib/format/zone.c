/* Time zones: TZif (RFC 8536), version 2 and later. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/time.h"
#include "format/tzrule.h"
#include "format/zone.h"

#define DAY		INT64_C(86400)
#define FILE_MOST	((size_t)1 << 20)
#define HEADER		44
#define FIRST_YEAR	1900	/* of a rule, when nothing later precedes it */
#define LAST_YEAR	2500
#define FARTHEST	(INT64_C(1) << 59)	/* of a transition, RFC 8536 */
#define OFFSET_MOST	93599	/* +25:59:59, and beyond any -24:59:59 */

struct period {			/* up to the next one's start */
	int64_t from;		/* INT64_MIN for the first */
	int64_t offset;
	const char *name;
};

struct zone {
	char *name;
	size_t n;		/* periods, at least one */
	struct period *period;
	char *names;		/* what periods point into */
	struct tz_rule rule;	/* and here, behind the last transition */
	struct zone *next;	/* of those loaded */
};

struct counts {			/* of a header */
	size_t isut, isstd, leap, time, type, chars;
};

struct bytes {
	const uint8_t *data;
	size_t len;
};

static int
bad(struct err *e, const char *name, const char *why)
{
	return err_set(e, ERR_INPUT, "time zone '%s': %s", name, why);
}

static int64_t
big_endian(const uint8_t *p, int n)
{
	uint64_t v = *p & 0x80 ? UINT64_MAX : 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return (int64_t)v;
}

/* Takes so many bytes off the front, or fails. */
static const uint8_t *
take(struct bytes *b, size_t n)
{
	const uint8_t *p = b->data;

	if (n > b->len)
		return NULL;
	b->data += n;
	b->len -= n;
	return p;
}

static int
read_header(struct bytes *b, struct counts *c)
{
	const uint8_t *p = take(b, HEADER);
	size_t *count[] = { &c->isut, &c->isstd, &c->leap, &c->time, &c->type,
		&c->chars };

	if (p == NULL || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return -1;
	for (int i = 0; i < 6; i++) {
		int64_t n = big_endian(p + 20 + 4 * i, 4);

		if (n < 0 || (size_t)n > FILE_MOST)
			return -1;
		*count[i] = (size_t)n;
	}
	return 0;
}

static size_t
block_size(const struct counts *c, size_t width)
{
	return c->time * width + c->time + c->type * 6 + c->chars +
	    c->leap * (width + 4) + c->isstd + c->isut;
}

static void
add_period(struct zone *z, int64_t from, int64_t offset, const char *name)
{
	struct period *last = &z->period[z->n - 1];

	if (from == last->from) {
		last->offset = offset;
		last->name = name;
	} else if (last->offset != offset || strcmp(last->name, name) != 0)
		z->period[z->n++] = (struct period){ from, offset, name };
}

/* The block of 64-bit data: what every moment up to the last one has. */
static int
read_block(struct zone *z, struct bytes *b, const struct counts *c,
    int64_t *last, struct err *e)
{
	const uint8_t *times = take(b, c->time * 8), *index = take(b, c->time);
	const uint8_t *types = take(b, c->type * 6), *chars = take(b, c->chars);

	if (times == NULL || index == NULL || types == NULL || chars == NULL ||
	    take(b, c->leap * 12 + c->isstd + c->isut) == NULL)
		return bad(e, z->name, "ends too early");
	if (c->type == 0 || c->chars == 0 || chars[c->chars - 1] != '\0')
		return bad(e, z->name, "has no local time");
	if (c->leap > 0)
		return bad(e, z->name, "counts leap seconds");
	for (size_t i = 0; i < c->type; i++) {
		int64_t offset = big_endian(types + 6 * i, 4);

		if (offset < -OFFSET_MOST || offset > OFFSET_MOST ||
		    types[6 * i + 5] >= c->chars)
			return bad(e, z->name, "has an impossible local time");
	}
	z->names = xmalloc(c->chars);
	memcpy(z->names, chars, c->chars);
	z->period = xreallocarray(NULL, c->time + 1 +
	    2 * (LAST_YEAR - FIRST_YEAR + 2), sizeof(*z->period));
	z->period[z->n++] = (struct period){ INT64_MIN, big_endian(types, 4),
		z->names + types[5] };
	for (size_t i = 0; i < c->time; i++) {
		const uint8_t *type = types + 6 * (size_t)index[i];
		int64_t at = big_endian(times + 8 * i, 8);

		if (index[i] >= c->type || at < -FARTHEST || at > FARTHEST ||
		    (i > 0 && at <= *last))
			return bad(e, z->name, "has an impossible transition");
		add_period(z, at, big_endian(type, 4), z->names + type[5]);
		*last = at;
	}
	return 0;
}

/* What the rule changes behind the last transition, in order. */
static void
follow_rule(struct zone *z, int64_t last)
{
	const struct tz_rule *r = &z->rule;
	int64_t year = last < days_from_civil(FIRST_YEAR, 1, 1) * DAY ?
	    FIRST_YEAR : civil_from_seconds(last).year;

	if (last == INT64_MIN)
		add_period(z, INT64_MIN, r->offset, r->name);
	for (; r->summer && year <= LAST_YEAR; year++) {
		int64_t begin = tz_date(&r->begin, year) - r->offset;
		int64_t end = tz_date(&r->end, year) - r->summer_offset;
		bool north = begin < end;

		for (int i = 0; i < 2; i++) {
			bool summer = north == (i == 0);
			int64_t at = summer ? begin : end;

			if (at <= last || at < z->period[z->n - 1].from)
				continue;
			add_period(z, at, summer ? r->summer_offset :
			    r->offset, summer ? r->summer_name : r->name);
		}
	}
}

static int
read_footer(struct zone *z, struct bytes *b, int64_t last, struct err *e)
{
	const uint8_t *end;
	char text[256];
	size_t len;

	if (b->len < 2 || *b->data != '\n' ||
	    (end = memchr(b->data + 1, '\n', b->len - 1)) == NULL)
		return bad(e, z->name, "has no footer");
	len = (size_t)(end - b->data) - 1;
	if (len == 0)
		return 0;
	if (len >= sizeof(text) || memchr(b->data + 1, '\0', len) != NULL)
		return bad(e, z->name, "has an impossible rule");
	memcpy(text, b->data + 1, len);
	text[len] = '\0';
	if (tz_rule_parse(&z->rule, text) < 0)
		return err_set(e, ERR_INPUT,
		    "time zone '%s': cannot read the rule '%s'", z->name, text);
	follow_rule(z, last);
	return 0;
}

int
zone_parse(struct zone **out, const char *name, const void *data, size_t len,
    struct err *e)
{
	struct bytes b = { data, len };
	struct counts old, c;
	struct zone *z;
	int64_t last = INT64_MIN;

	if (read_header(&b, &old) < 0 ||
	    take(&b, block_size(&old, 4)) == NULL || read_header(&b, &c) < 0 ||
	    c.time > FILE_MOST / 9 || c.type > 256)
		return bad(e, name, "not a TZif file of version 2 or later");
	z = xcalloc(1, sizeof(*z));
	z->name = xstrdup(name);
	if (read_block(z, &b, &c, &last, e) < 0 ||
	    read_footer(z, &b, last, e) < 0) {
		zone_free(z);
		return -1;
	}
	*out = z;
	return 0;
}

struct zone *
zone_make(const char *name, int64_t offset, const struct zone_step *step,
    size_t n)
{
	struct zone *z = xcalloc(1, sizeof(*z));

	z->name = xstrdup(name);
	z->period = xreallocarray(NULL, n + 1, sizeof(*z->period));
	z->period[z->n++] = (struct period){ INT64_MIN, offset, "" };
	for (size_t i = 0; i < n; i++)
		add_period(z, step[i].at, step[i].offset, "");
	return z;
}

void
zone_free(struct zone *z)
{
	free(z->period);
	free(z->names);
	free(z->name);
	free(z);
}

/* Letters, digits and _ + - in parts between slashes, none of them hidden. */
static bool
good_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-./";

	return *s != '\0' && strlen(s) < 256 && strspn(s, letters) ==
	    strlen(s) && *s != '/' && *s != '.' && strstr(s, "/.") == NULL;
}

static struct zone *
make_utc(void)
{
	struct zone *z = xcalloc(1, sizeof(*z));

	z->name = xstrdup("UTC");
	z->period = xcalloc(1, sizeof(*z->period));
	z->period[z->n++] = (struct period){ INT64_MIN, 0, "UTC" };
	return z;
}

static struct zone *
read_zone(const char *name, struct err *e)
{
	const char *folder = getenv("TZDIR");
	struct buf path = BUF_INIT, data = BUF_INIT;
	struct zone *z = NULL;
	struct err why = { 0 };

	/* The one that needs no data, so that nothing fails without them. */
	if (strcmp(name, "UTC") == 0)
		return make_utc();
	if (!good_name(name)) {
		err_set(e, ERR_CONFIG, "'%s' is not a time zone", name);
		return NULL;
	}
	buf_printf(&path, "%s/%s", folder != NULL && *folder != '\0' ? folder :
	    "/usr/share/zoneinfo", name);
	if (file_read(path.data, FILE_MOST, &data, &why) < 0)
		err_set(e, ERR_CONFIG, "unknown time zone '%s' (%s)", name,
		    why.text);
	else if (zone_parse(&z, name, data.data, data.len, &why) < 0)
		err_set(e, ERR_CONFIG, "%s", why.text);
	buf_free(&path);
	buf_free(&data);
	return z;
}

int
zone_load(const struct zone **out, const char *name, struct err *e)
{
	static struct zone *loaded;
	struct zone *z = loaded;

	while (z != NULL && strcmp(z->name, name) != 0)
		z = z->next;
	if (z == NULL) {
		if ((z = read_zone(name, e)) == NULL)
			return -1;
		z->next = loaded;
		loaded = z;
	}
	*out = z;
	return 0;
}

const char *
zone_name(const struct zone *z)
{
	return z->name;
}

/* The period that a moment lies in. */
static size_t
period_at(const struct zone *z, int64_t utc)
{
	size_t low = 0, high = z->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (z->period[middle].from <= utc)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int64_t
zone_offset(const struct zone *z, int64_t utc)
{
	return z->period[period_at(z, utc)].offset;
}

const char *
zone_abbreviation(const struct zone *z, int64_t utc)
{
	return z->period[period_at(z, utc)].name;
}

static int64_t
period_end(const struct zone *z, size_t i)
{
	return i + 1 < z->n ? z->period[i + 1].from : INT64_MAX;
}

int64_t
zone_change(const struct zone *z, int64_t utc)
{
	return period_end(z, period_at(z, utc));
}

int64_t
zone_local(const struct zone *z, int64_t utc)
{
	return utc + zone_offset(z, utc);
}

/*
 * Local time runs on with the moment but for jumps. The first moment that is
 * not before the local time lies in the first period that ends behind it; the
 * last one that is not after it, in the last period that begins before it. In
 * a gap both are the jump. No offset is over 26 hours.
 */
int64_t
zone_utc(const struct zone *z, int64_t local, bool later)
{
	const int64_t reach = OFFSET_MOST + 1;
	const struct period *p = z->period;
	size_t i;
	int64_t at;

	if (!later) {
		i = period_at(z, local - reach);
		while (local - p[i].offset >= period_end(z, i))
			i++;
		at = local - p[i].offset;
		return at > p[i].from ? at : p[i].from;
	}
	i = period_at(z, local + reach);
	while (local - p[i].offset < p[i].from)
		i--;
	at = local - p[i].offset;
	return at < period_end(z, i) ? at : period_end(z, i);
}

int64_t
zone_day(const struct zone *z, int64_t day)
{
	return zone_utc(z, day * DAY, false);
}

int64_t
zone_date(const struct zone *z, int64_t utc)
{
	int64_t local = zone_local(z, utc);

	return (local >= 0 ? local : local - (DAY - 1)) / DAY;
}
