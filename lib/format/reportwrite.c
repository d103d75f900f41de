/* Reports as JSON. */
#include <string.h>
#include <strings.h>

#include "format/mailhead.h"
#include "format/report.h"

bool
report_is_address(const char *s)
{
	const char *at = s != NULL ? strrchr(s, '@') : NULL;

	return at != NULL && strchr(at, '.') != NULL && strchr(s, '/') == NULL;
}

static void
write_recipient(const struct report_recipient *to, struct writer *w)
{
	w_field_str(w, "action", to->action);
	w_field_str(w, "recipient", to->recipient == NULL ||
	    (!report_is_address(to->recipient) &&
	    report_is_address(to->original)) ?
	    to->original : to->recipient);
	if (to->original != NULL && to->recipient != NULL &&
	    strcasecmp(to->original, to->recipient) != 0)
		w_field_str(w, "original_recipient", to->original);
	w_field_str(w, "status", *to->status != '\0' ? to->status : NULL);
	if (to->code > 0)
		w_field_int(w, "code", to->code);
	w_field_str(w, "reason", to->reason);
	if (to->reason != NULL)
		w_field_bool(w, "hard", to->hard);
	w_field_str(w, "diagnostic", to->diagnostic);
	w_field_str(w, "remote", to->remote);
}

static void
write_ids(const struct report *r, struct writer *w)
{
	char *ids[MAIL_IDS];
	const char *refs[] = { r->references, r->in_reply_to };
	bool open = false;

	if (r->message_id != NULL &&
	    mail_ids(r->arena, r->message_id, ids) > 0)
		w_field_str(w, "message_id", ids[0]);
	for (size_t i = 0; i < sizeof(refs) / sizeof(*refs); i++) {
		size_t n = refs[i] == NULL ? 0 :
		    mail_ids(r->arena, refs[i], ids);

		if (n > 0 && !open) {
			w_key(w, "references");
			w_open(w, '[');
			open = true;
		}
		for (size_t k = 0; k < n; k++)
			w_str(w, ids[k]);
	}
	if (open)
		w_close(w, ']');
}

void
report_write(const struct report *r, struct writer *w)
{
	if (r->kind == NULL)
		return;
	w_key(w, "report");
	w_open(w, '{');
	w_field_str(w, "kind", r->kind);
	if (r->told)
		w_field_bool(w, "told", true);
	if (r->n > 0)
		write_recipient(&r->to[0], w);
	w_field_str(w, "mta", r->mta);
	write_ids(r, w);
	w_field_str(w, "subject", r->subject);
	if (r->n > 1) {
		w_key(w, "recipients");
		w_open(w, '[');
		for (size_t i = 0; i < r->n; i++) {
			w_open(w, '{');
			write_recipient(&r->to[i], w);
			w_close(w, '}');
		}
		w_close(w, ']');
	}
	w_close(w, '}');
}
