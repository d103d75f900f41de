/* Each ticket's turn, with all that the export says of it at hand. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "import.h"

/* The line and file of what is at hand, for messages. */
static void
stand_at(struct importing *im, const struct entry *n)
{
	im->foreign.name = im->source[n->source];
	im->foreign.line = n->line;
}

static int
by_age(const void *x, const void *y)
{
	const struct group *a = *(const struct group *const *)x;
	const struct group *b = *(const struct group *const *)y;
	size_t m = strlen(a->id), n = strlen(b->id);

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	/* Numbers in their order, without being numbers. */
	if (m != n)
		return m < n ? -1 : 1;
	return strcmp(a->id, b->id);
}

static int
by_turn(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->at_spool != b->at_spool)
		return a->at_spool < b->at_spool ? -1 : 1;
	return 0;
}

/* Groups by age, in what is returned; entries by their group and time. */
static struct group **
sort_turns(struct importing *im)
{
	size_t n = im->groups, i;
	struct group **order = xreallocarray(NULL, n + 1, sizeof(*order));
	uint32_t *turn = xreallocarray(NULL, n + 1, sizeof(*turn));

	for (i = 0; i < n; i++)
		order[i] = &im->group[i];
	if (n > 0)
		qsort(order, n, sizeof(*order), by_age);
	for (i = 0; i < n; i++)
		turn[order[i]->number] = (uint32_t)i;
	for (i = 0; i < im->entries; i++)
		im->entry[i].group = turn[im->entry[i].group];
	if (im->entries > 0)
		qsort(im->entry, im->entries, sizeof(*im->entry), by_turn);
	free(turn);
	return order;
}

/* An entry back as it was found; the bytes stay until the next one. */
static int
fetch(struct importing *im, const struct entry *n, const char *ticket,
    struct buf *item, struct import_found *f, struct err *e)
{
	stand_at(im, n);
	memset(f, 0, sizeof(*f));
	if (spool_read(&im->spool, n->at_spool, n->len, item, e) < 0 ||
	    value_parse(&f->item, item->data, item->len, e) < 0)
		return -1;
	f->rule = &im->map.rule[n->rule];
	f->ticket = ticket;
	f->at = n->at;
	f->updated = n->updated;
	f->status = n->status;
	if (n->up_len == 0)
		return 0;
	if ((im->up_at != n->up_spool || im->up_len != n->up_len) &&
	    spool_read(&im->spool, n->up_spool, n->up_len, &im->up, e) < 0)
		return -1;
	im->up_at = n->up_spool;
	im->up_len = n->up_len;
	f->up_tag = (UINT64_C(1) << 63) | n->up_spool;
	return value_parse(&f->up, im->up.data, im->up.len, e);
}

/* What a step of a turn came to, for the sum. */
static int
step(struct importing *im, const struct import_found *f, int rc,
    struct err *bad, struct err *e)
{
	size_t made, known;

	import_count(im->import, &made, &known);
	if (rc == 0) {
		import_tally(im, made > 0, known > 0);
		return 0;
	}
	if (bad->kind != ERR_INPUT) {
		*e = *bad;
		return -1;
	}
	return import_refuse(im, bad->text, f->item.text, f->item.len, e);
}

/* The latest version of a ticket speaks for it, of equal ones the fuller. */
static const struct entry *
find_head(const struct importing *im, const struct entry *n, size_t many)
{
	const struct entry *head = NULL;

	for (size_t i = 0; i < many; i++) {
		if (im->map.rule[n[i].rule].kind != IMPORT_TICKET)
			continue;
		if (head == NULL || n[i].updated > head->updated ||
		    (n[i].updated == head->updated && n[i].len > head->len))
			head = &n[i];
	}
	return head;
}

static int
take_entries(struct importing *im, const struct entry *n, size_t many,
    const char *ticket, struct err *e)
{
	for (size_t i = 0; i < many; i++) {
		struct import_found f;
		struct err bad = { 0 };
		int rc;

		if (im->map.rule[n[i].rule].kind == IMPORT_TICKET)
			continue;
		arena_reset(&im->foreign.scratch);
		if (fetch(im, &n[i], ticket, &im->item, &f, e) < 0)
			return -1;
		rc = import_entry(im->import, &f, &bad);
		if (step(im, &f, rc, &bad, e) < 0)
			return -1;
	}
	return 0;
}

static int
take_ticket(struct importing *im, const struct entry *n, size_t many,
    const char *ticket, struct err *e)
{
	const struct entry *head = find_head(im, n, many);
	struct import_turn turn = { .ticket = ticket };
	struct import_found f = { 0 };
	struct buf item = BUF_INIT;
	struct err bad = { 0 };
	size_t made = 0, known = 0, m, k;
	int rc;

	for (size_t i = 0; i < many; i++) {
		enum import_kind kind = im->map.rule[n[i].rule].kind;

		turn.comments += kind == IMPORT_COMMENT;
		turn.changes |= n[i].status && kind != IMPORT_TICKET;
		if (kind == IMPORT_TICKET && &n[i] != head)
			import_tally(im, false, true);
	}
	if (head != NULL && fetch(im, head, ticket, &item, &f, e) < 0)
		return -1;
	turn.head = head != NULL ? &f : NULL;
	/* Every version of a ticket began when the first did. */
	for (size_t i = 0; i < many; i++) {
		if (im->map.rule[n[i].rule].kind == IMPORT_TICKET &&
		    n[i].at != TIME_NONE && (f.at == TIME_NONE ||
		    n[i].at < f.at))
			f.at = n[i].at;
	}
	rc = import_begin(im->import, &turn, &bad);
	import_count(im->import, &made, &known);
	if (rc < 0 && bad.kind != ERR_INPUT) {
		*e = bad;
		goto done;
	}
	if ((rc = take_entries(im, n, many, ticket, e)) < 0 || head == NULL)
		goto done;
	stand_at(im, head);
	arena_reset(&im->foreign.scratch);
	rc = bad.kind != ERR_NONE ? -1 : import_end(im->import, &bad);
	import_count(im->import, &m, &k);
	if (rc == 0)
		import_tally(im, made + m > 0, known + k > 0);
	else
		rc = step(im, &f, -1, &bad, e);
done:
	buf_free(&item);
	return rc;
}

/* Rows of one record (an invoice's lines) at once. */
static int
take_rows(struct importing *im, const struct entry *n, size_t many,
    struct err *e)
{
	struct foreign *fo = &im->foreign;
	struct value *items = xreallocarray(NULL, many, sizeof(*items));
	struct buf all = BUF_INIT;
	struct err bad = { 0 };
	size_t at = 0;
	int got = 0;

	arena_reset(&fo->scratch);
	for (size_t i = 0; got == 0 && i < many; i++) {
		if ((got = spool_read(&im->spool, n[i].at_spool, n[i].len,
		    &im->item, e)) == 0)
			buf_add(&all, im->item.data, im->item.len);
	}
	for (size_t i = 0; got == 0 && i < many; at += n[i++].len)
		got = value_parse(&items[i], all.data + at, n[i].len, e);
	if (got == 0) {
		stand_at(im, &n[0]);
		buf_reset(&im->line);
		got = import_row(&im->map, &im->map.rule[n[0].rule], items,
		    many, &im->line, &fo->scratch, &bad);
		if (got == 0)
			got = foreign_emit(fo, &im->line, &bad);
		for (size_t i = 0; got >= 0 && i < many; i++)
			import_tally(im, got == 1, got == 0);
		if (got < 0 && bad.kind != ERR_INPUT)
			*e = bad;
	}
	for (size_t i = 0; bad.kind == ERR_INPUT && i < many; i++) {
		stand_at(im, &n[i]);
		if ((got = import_refuse(im, bad.text, items[i].text,
		    items[i].len, e)) < 0)
			break;
	}
	buf_free(&all);
	free(items);
	return got < 0 ? -1 : 0;
}

int
import_turns(struct importing *im, struct err *e)
{
	struct group **order = sort_turns(im);
	int rc = 0;

	for (size_t i = 0, n; rc == 0 && i < im->entries; i += n) {
		const struct entry *first = &im->entry[i];

		for (n = 1; i + n < im->entries &&
		    im->entry[i + n].group == first->group; n++)
			;
		rc = im->map.rule[first->rule].kind == IMPORT_RECORD ?
		    take_rows(im, first, n, e) :
		    take_ticket(im, first, n, order[first->group]->id, e);
	}
	free(order);
	return rc;
}
