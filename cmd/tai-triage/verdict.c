/* Fields of a verdict: what its confidence is the sum of, what was captured. */
#include "triage.h"

void
verdict_sum(struct writer *w, const struct verdict *v)
{
	if (v->terms < 2)
		return;
	w_key(w, "scores");
	w_open(w, '[');
	for (size_t i = 0; i < v->terms; i++) {
		w_open(w, '{');
		w_field_str(w, "rule", v->sum[i].rule->id);
		w_field_int(w, "score", v->sum[i].points);
		w_close(w, '}');
	}
	w_close(w, ']');
}

void
verdict_captures(struct writer *w, const struct verdict *v)
{
	if (v->captures == 0)
		return;
	w_key(w, "captures");
	w_open(w, '{');
	for (size_t i = 0; i < v->captures; i++)
		w_field_str(w, v->capture[i].name, v->capture[i].value);
	w_close(w, '}');
}
