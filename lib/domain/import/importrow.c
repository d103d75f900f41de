/* Rows of tables as records: probes, usage, invoices, customers, answers. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/import/importvalue.h"

enum shape { TEXT, MOMENT, DATE, MONTH, WHOLE, QUANTITY, MONEY, PRICE, TRUTH,
	    LIST };

/* Fields with these names are no plain texts, whatever the record. */
static const struct {
	const char *name;
	enum shape shape;
} shapes[] = {
	{ "at", MOMENT }, { "since", MOMENT }, { "until", MOMENT },
	{ "started", MOMENT }, { "ended", MOMENT }, { "announced", MOMENT },
	{ "issued", DATE }, { "due", DATE }, { "month", MONTH },
	{ "latency_ms", WHOLE }, { "score", WHOLE },
	{ "quantity", QUANTITY }, { "fee", MONEY }, { "amount", MONEY },
	{ "total", MONEY }, { "unit_price", PRICE }, { "up", TRUTH },
	{ "anonymous", TRUTH }, { "domains", LIST }, { "addresses", LIST },
	{ "affects", LIST }, { "customers", LIST }, { "services", LIST },
};

/* What stands once for each line of an invoice. */
static const char *const line_fields[] = { "kind", "quantity", "unit_price",
	"amount", "inputs", "description", NULL };

static enum shape
shape_of(const char *name)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		if (strcmp(shapes[i].name, name) == 0)
			return shapes[i].shape;
	}
	return TEXT;
}

static bool
of_line(const struct import_rule *r, const char *name)
{
	if (strcmp(r->record, "invoice") != 0)
		return false;
	for (int i = 0; line_fields[i] != NULL; i++) {
		if (strcmp(line_fields[i], name) == 0)
			return true;
	}
	return false;
}

static const struct import_expr *
column(const struct import_rule *r, const char *name)
{
	for (size_t i = 0; i < r->columns; i++) {
		if (strcmp(r->column[i].name, name) == 0)
			return r->column[i].expr;
	}
	return NULL;
}

const char *
import_row_group(const struct import_map *m, const struct import_rule *r,
    const struct value *item, struct arena *a)
{
	struct import_place in = { m, item, NULL, a, NULL, 0 };

	return strcmp(r->record, "invoice") == 0 ?
	    import_text(&in, column(r, "invoice")) : NULL;
}

/* Decimal places of a currency's smallest unit (ISO 4217). */
static int
places(const char *currency)
{
	static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF "
	    "UGX UYI VND VUV XAF XOF XPF";
	static const char three[] = "BHD IQD JOD KWD LYD OMR TND";

	if (currency == NULL || strlen(currency) != 3)
		return 2;
	return strstr(none, currency) != NULL ? 0 :
	    strstr(three, currency) != NULL ? 3 : 2;
}

/*
 * A number as people write it, with the decimal sign of the map, as digits
 * with a point ("-1234.50"); groups of three may be apart. NULL if it is none.
 */
static const char *
plain_number(const char *s, char decimal, struct arena *a)
{
	char *out = arena_alloc(a, strlen(s) + 2), *p = out;
	size_t digits = 0, since = 0;
	bool grouped = false, fraction = false;

	if (strlen(s) > 40)
		return NULL;
	if (*s == '-' || *s == '+') {
		if (*s++ == '-')
			*p++ = '-';
	}
	for (; *s != '\0'; s++) {
		if (*s >= '0' && *s <= '9') {
			*p++ = *s;
			digits++;
			since++;
		} else if (*s == decimal && !fraction) {
			if (grouped && since != 3)
				return NULL;
			fraction = true;
			*p++ = '.';
		} else if (!fraction && strchr(decimal == ',' ? ". '" : ", '",
		    *s) != NULL) {
			if (since == 0 || since > 3 || (grouped && since != 3))
				return NULL;
			grouped = true;
			since = 0;
		} else {
			return NULL;
		}
	}
	*p = '\0';
	if (digits == 0 || (grouped && !fraction && since != 3))
		return NULL;
	return out;
}

/* "-1234.5" times 10^n as a whole number; false for a rest or too large. */
static bool
scaled(const char *s, int n, int64_t *out)
{
	bool minus = *s == '-', fraction = false;
	int64_t v = 0;

	for (s += minus; *s != '\0'; s++) {
		if (*s == '.') {
			fraction = true;
			continue;
		}
		if (fraction && n-- <= 0) {
			if (*s != '0')
				return false;
			continue;
		}
		if (v > INT64_C(900000000000000000) / 10)
			return false;
		v = v * 10 + (*s - '0');
	}
	for (; n > 0; n--) {
		if (v > INT64_C(900000000000000000) / 10)
			return false;
		v *= 10;
	}
	*out = minus ? -v : v;
	return true;
}

/* The point n places to the right: minor units of finer prices. */
static const char *
shifted(const char *s, int n, struct arena *a)
{
	char *out = arena_alloc(a, strlen(s) + (size_t)n + 2), *p = out;
	bool fraction = false;

	for (; *s != '\0'; s++) {
		if (*s == '.') {
			fraction = true;
			if (n == 0)
				*p++ = '.';
			continue;
		}
		*p++ = *s;
		if (fraction && --n == 0 && s[1] != '\0')
			*p++ = '.';
	}
	for (; n > 0; n--)
		*p++ = '0';
	*p = '\0';
	p = out + (*out == '-');
	while (*p == '0' && p[1] >= '0' && p[1] <= '9')
		memmove(p, p + 1, strlen(p));
	return out;
}

struct row {
	const struct import_map *map;
	const struct import_rule *rule;
	struct import_place in;
	const char *currency;	/* NULL: of two decimal places */
	struct err *err;
};

static int
bad(const struct row *r, const char *name, const char *s, const char *what)
{
	return err_set(r->err, ERR_INPUT, "%s: '%.100s' is not %s", name, s,
	    what);
}

static int
money(const struct row *r, const char *name, const struct import_expr *x,
    const char *s, int64_t *out)
{
	const char *n = plain_number(s, r->map->decimal, r->in.arena);

	if (n == NULL || !scaled(n, x->major ? places(r->currency) : 0, out))
		return bad(r, name, s, x->major ? "an amount in the "
		    "currency's units" : "a whole number of minor units");
	return 0;
}

static int
write_price(const struct row *r, const char *name,
    const struct import_expr *x, const char *s, struct writer *w)
{
	const char *n = plain_number(s, r->map->decimal, r->in.arena);
	int up = x->major ? places(r->currency) : 0;
	int64_t v;

	if (n == NULL)
		return bad(r, name, s, "a number");
	w_key(w, name);
	if (scaled(n, up, &v))
		w_int(w, v);
	else
		w_str(w, shifted(n, up, r->in.arena));
	return 0;
}

static int
write_number(const struct row *r, const char *name, const char *s,
    bool fractions, struct writer *w)
{
	const char *n = plain_number(s, r->map->decimal, r->in.arena);
	int64_t v;
	bool is_whole = n != NULL && scaled(n, 0, &v);

	if (n == NULL || (!is_whole && !fractions))
		return bad(r, name, s, fractions ? "a number" :
		    "a whole number");
	w_key(w, name);
	if (is_whole)
		w_int(w, v);
	else
		w_str(w, n);
	return 0;
}

static bool
is_month(const char *s)
{
	return strlen(s) == 7 && s[4] == '-' &&
	    strspn(s, "0123456789") == 4 && strspn(s + 5, "0123456789") == 2 &&
	    (s[5] == '0' ? s[6] > '0' : s[5] == '1' && s[6] <= '2');
}

/* A moment as the day or the month it is in, in the map's zone. */
static const char *
civil_text(const struct row *r, int64_t at, bool month)
{
	struct civil c = civil_from_seconds(r->map->zone != NULL ?
	    zone_local(r->map->zone, at) : at);

	return month ? arena_printf(r->in.arena, "%04" PRId64 "-%02d", c.year,
	    c.month) : arena_printf(r->in.arena, "%04" PRId64 "-%02d-%02d",
	    c.year, c.month, c.day);
}

static int
write_moment(const struct row *r, const char *name,
    const struct import_expr *x, const char *s, enum shape shape,
    struct writer *w)
{
	int64_t at;

	if (shape == MONTH && is_month(s)) {
		w_field_str(w, name, s);
		return 0;
	}
	if (import_moment(&r->in, x, &at) != 1)
		return bad(r, name, s, shape == MONTH ? "a month" :
		    "a date or time of the map's format");
	if (shape == MOMENT)
		w_field_time(w, name, at);
	else
		w_field_str(w, name, civil_text(r, at, shape == MONTH));
	return 0;
}

static int
write_field(const struct row *r, const char *name,
    const struct import_expr *x, struct writer *w)
{
	const char *s = import_text(&r->in, x);
	enum shape shape = shape_of(name);
	int64_t v;

	if (s == NULL)
		return 0;
	switch (shape) {
	case MOMENT:
	case DATE:
	case MONTH:
		return write_moment(r, name, x, s, shape, w);
	case WHOLE:
	case QUANTITY:
		return write_number(r, name, s, shape == QUANTITY, w);
	case PRICE:
		return write_price(r, name, x, s, w);
	case MONEY:
		if (money(r, name, x, s, &v) < 0)
			return -1;
		w_field_int(w, name, v);
		return 0;
	case TRUTH:
		w_field_bool(w, name, import_truth(&r->in, x, false));
		return 0;
	case LIST:
		w_key(w, name);
		w_open(w, '[');
		for (const char *const *l = import_list(&r->in, x); *l != NULL;
		    l++)
			w_str(w, *l);
		w_close(w, ']');
		return 0;
	case TEXT:
		w_field_str(w, name, s);
		return 0;
	}
	return 0;
}

/* The first moment behind a month "2026-01". */
static int64_t
month_end(const struct row *r, const char *s)
{
	int64_t year = strtol(s, NULL, 10), day;
	int month = (int)strtol(s + 5, NULL, 10) + 1;

	if (month == 13) {
		year++;
		month = 1;
	}
	day = days_from_civil(year, month, 1);
	return r->map->zone != NULL ? zone_day(r->map->zone, day) :
	    day * 86400;
}

/* When it happened: said, or what comes nearest to it. */
static int
find_moment(const struct row *r, int64_t *at)
{
	static const char *const names[] = { "at", "issued", "started",
		"since", NULL };
	const char *month = import_text(&r->in, column(r->rule, "month"));

	for (int i = 0; names[i] != NULL; i++) {
		const struct import_expr *x = column(r->rule, names[i]);
		int got = import_moment(&r->in, x, at);

		if (got < 0)
			return bad(r, names[i], import_text(&r->in, x),
			    "a date or time of the map's format");
		if (got == 1)
			return 0;
	}
	if (month != NULL && is_month(month))
		*at = month_end(r, month);
	else if (strcmp(r->rule->record, "customer") == 0)
		*at = 0;
	else
		return err_set(r->err, ERR_INPUT, "nothing tells when it was");
	return 0;
}

/* The id is made of all that the rows say. */
static void
name_rows(struct row *r, const struct value *items, size_t n,
    char id[ID_TEXT])
{
	uint8_t digest[HASH_BYTES];
	struct hash h;

	hash_start(&h);
	hash_add_part(&h, r->rule->record);
	for (size_t i = 0; i < n; i++) {
		r->in.item = &items[i];
		for (size_t c = 0; c < r->rule->columns; c++) {
			const char *s = import_text(&r->in,
			    r->rule->column[c].expr);

			hash_add_part(&h, r->rule->column[c].name);
			hash_add_part(&h, s != NULL ? s : "");
		}
	}
	hash_end(&h, digest);
	hash_id(digest, id);
}

static bool
is_mapped(const struct import_rule *rule, const struct value *name)
{
	for (size_t c = 0; c < rule->columns; c++) {
		const struct import_expr *x = rule->column[c].expr;

		for (size_t p = 0; p < x->paths; p++) {
			if (strlen(x->path[p].path) == name->len &&
			    memcmp(x->path[p].path, name->text,
			    name->len) == 0)
				return true;
		}
	}
	for (const char *const *d = rule->drop; *d != NULL; d++) {
		if (strlen(*d) == name->len - 2 &&
		    memcmp(*d, name->text + 1, name->len - 2) == 0)
			return true;
	}
	return false;
}

/* Columns that the map does not name, as they are. */
static void
write_rest(const struct row *r, struct writer *w)
{
	struct value name, v;
	size_t pos = 0, n = 0;

	while (r->map->table &&
	    value_field(r->in.item, &pos, &name, &v)) {
		if (is_mapped(r->rule, &name))
			continue;
		if (n++ == 0) {
			w_key(w, "fields");
			w_open(w, '{');
		} else {
			buf_addc(w->out, ',');
		}
		buf_add(w->out, name.text, name.len);
		buf_addc(w->out, ':');
		buf_add(w->out, v.text, v.len);
	}
	if (n > 0)
		w_close(w, '}');
}

static int
write_lines(struct row *r, const struct value *items, size_t n,
    struct writer *w, int64_t *sum)
{
	const struct import_rule *rule = r->rule;

	*sum = 0;
	w_key(w, "lines");
	w_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		const struct import_expr *x = column(rule, "amount");
		const char *s;
		int64_t amount = 0;

		r->in.item = &items[i];
		s = import_text(&r->in, x);
		if (s != NULL && money(r, "amount", x, s, &amount) < 0)
			return -1;
		if (__builtin_add_overflow(*sum, amount, sum))
			return err_set(r->err, ERR_INPUT,
			    "the sum of the amounts is too large");
		w_open(w, '{');
		for (size_t c = 0; c < rule->columns; c++) {
			if (of_line(rule, rule->column[c].name) &&
			    write_field(r, rule->column[c].name,
			    rule->column[c].expr, w) < 0)
				return -1;
		}
		write_rest(r, w);
		w_close(w, '}');
	}
	w_close(w, ']');
	r->in.item = &items[0];
	return 0;
}

/* What every row of an invoice repeats must be the same in all. */
static int
check_rows(struct row *r, const struct value *items, size_t n)
{
	for (size_t c = 0; c < r->rule->columns; c++) {
		const struct import_column *col = &r->rule->column[c];
		const char *first, *s;

		if (of_line(r->rule, col->name))
			continue;
		r->in.item = &items[0];
		first = import_text(&r->in, col->expr);
		for (size_t i = 1; i < n; i++) {
			r->in.item = &items[i];
			s = import_text(&r->in, col->expr);
			if ((s == NULL) != (first == NULL) ||
			    (s != NULL && strcmp(s, first) != 0))
				return err_set(r->err, ERR_INPUT, "%s differs "
				    "between the lines of one invoice",
				    col->name);
		}
	}
	r->in.item = &items[0];
	return 0;
}

int
import_row(const struct import_map *m, const struct import_rule *rule,
    const struct value *items, size_t n, struct buf *out, struct arena *a,
    struct err *e)
{
	struct row r = { m, rule, { m, &items[0], NULL, a, NULL, 0 }, NULL,
		e };
	bool invoice = strcmp(rule->record, "invoice") == 0;
	char id[ID_TEXT];
	struct writer w;
	int64_t at, sum = 0;

	if (check_rows(&r, items, n) < 0)
		return -1;
	name_rows(&r, items, n, id);
	r.in.item = &items[0];
	r.currency = import_text(&r.in, column(rule, "currency"));
	if (find_moment(&r, &at) < 0)
		return -1;
	record_begin(&w, out, rule->record, id, at);
	for (size_t c = 0; c < rule->columns; c++) {
		const char *name = rule->column[c].name;

		if (strcmp(name, "at") == 0 || of_line(rule, name))
			continue;
		if (write_field(&r, name, rule->column[c].expr, &w) < 0)
			return -1;
	}
	if (invoice && write_lines(&r, items, n, &w, &sum) < 0)
		return -1;
	if (invoice && column(rule, "total") == NULL)
		w_field_int(&w, "total", sum);
	if (!invoice)
		write_rest(&r, &w);
	w_close(&w, '}');
	return 0;
}
