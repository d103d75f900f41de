/* Records of incidents and maintenance, as people state them. */
#include <stdlib.h>
#include <string.h>

#include "incident.h"

void
desk_list(struct writer *w, const char *key, const char *text,
    struct arena *a)
{
	if (text == NULL)
		return;
	w_key(w, key);
	w_open(w, '[');
	while (*text != '\0') {
		size_t len;

		text += strspn(text, ", ");
		len = strcspn(text, ",");
		if (len > 0)
			w_str(w, arena_strndup(a, text, len));
		text += len;
	}
	w_close(w, ']');
}

int
desk_emit(struct cmd *c, const char *type, const char *key,
    const struct buf *fields, struct err *e)
{
	char id[ID_TEXT], at[TIME_TEXT];
	struct buf line = BUF_INIT;
	struct writer w;
	struct rec *r = xmalloc(sizeof(*r));
	int rc = 0;

	record_id(id, type, key, time_format(c->now, at), fields->data, NULL);
	record_begin(&w, &line, type, id, c->now);
	buf_addc(&line, ',');
	buf_add(&line, fields->data, fields->len);
	buf_addc(&line, '}');
	/* What a person typed is held to what any record is. */
	if (rec_parse(r, line.data, line.len, e) < 0 ||
	    record_check(r, e) < 0) {
		e->kind = ERR_USAGE;
		rc = -1;
	} else
		rc = cmd_emit(c, line.data, line.len, e);
	free(r);
	buf_free(&line);
	return rc;
}

static int
write_percent(struct writer *w, const char *key, const char *text,
    struct err *e)
{
	size_t len;

	if (text == NULL)
		return 0;
	len = strspn(text, "0123456789.");
	if (len == 0 || len > 12 || (text[len] != '\0' &&
	    strcmp(text + len, "%") != 0))
		return err_set(e, ERR_USAGE, "%s '%s' is not a percentage",
		    key, text);
	w_key(w, key);
	w_strn(w, text, len);
	return 0;
}

static int
write_statement(struct desk *d, const struct statement *h, struct err *e)
{
	const struct incident *in = h->in;
	struct buf out = BUF_INIT;
	char severity[] = "P0";
	struct writer w;
	int rc = -1;

	severity[1] = (char)('0' + in->severity);
	w_begin(&w, &out);
	w_field_str(&w, "key", in->key);
	w_field_str(&w, "severity", severity);
	w_field_str(&w, "title", in->title);
	w_field_str(&w, "status", incident_status_name(in->status));
	w_field_time(&w, "started", in->started);
	if (h->ended != TIME_NONE)
		w_field_time(&w, "ended", h->ended);
	desk_list(&w, "affects", given.affects, &d->scratch);
	desk_list(&w, "customers", given.customers, &d->scratch);
	w_field_str(&w, "impact", given.impact);
	w_field_str(&w, "excluded", given.excluded);
	w_field_str(&w, "cause", given.cause);
	w_field_str(&w, "fix", given.fix);
	w_field_str(&w, "by", given.by);
	if (h->told != TIME_NONE)
		w_field_time(&w, "told", h->told);
	desk_updates(d, &w, h);
	if (write_percent(&w, "share", given.share, e) == 0 &&
	    write_percent(&w, "weight", given.weight, e) == 0)
		rc = desk_emit(d->cmd, "incident", in->key, &out, e);
	buf_free(&out);
	return rc;
}

/* The change as a record, and then as words to who must hear of it. */
int
desk_say(struct desk *d, const struct statement *h, bool tell, struct err *e)
{
	if (desk_words(d, e) < 0 || write_statement(d, h, e) < 0 ||
	    (tell && desk_tell(d, h->in,
	    h->in->status >= INCIDENT_RESOLVED, e) < 0))
		return -1;
	return cmd_flush(d->cmd, e);
}
