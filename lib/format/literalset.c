/* Sets of literals: small, unordered, in an arena. */
#include <string.h>

#include "format/literalset.h"

#define LITERAL_MAX	16
#define EXACT_MAX	32	/* texts in a product */

bool
set_has(const struct literals *set, const char *text)
{
	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(set->text[i], text) == 0)
			return true;
	}
	return false;
}

struct literals
set_either(struct arena *arena, const struct literals *a,
    const struct literals *b, size_t most)
{
	struct literals set = { 0, NULL };

	if (a->n == 0 || b->n == 0 || a->n + b->n > most)
		return set;
	set.text = arena_alloc(arena, (a->n + b->n) * sizeof(char *));
	memcpy(set.text, a->text, a->n * sizeof(char *));
	memcpy(set.text + a->n, b->text, b->n * sizeof(char *));
	set.n = a->n + b->n;
	return set;
}

struct literals
set_both(struct arena *arena, const struct literals *a,
    const struct literals *b)
{
	struct literals set = { 0, NULL };

	if (a->n == 1 && *a->text[0] == '\0')
		return *b;
	if (b->n == 1 && *b->text[0] == '\0')
		return *a;
	if (a->n * b->n > EXACT_MAX)
		return set;
	set.text = arena_alloc(arena, a->n * b->n * sizeof(char *));
	for (size_t i = 0; i < a->n * b->n; i++) {
		const char *left = a->text[i / b->n];
		const char *right = b->text[i % b->n];
		size_t len = strlen(left);
		char *text;

		if (len > 0 && left[len - 1] == ' ' && *right == ' ')
			right++;
		if (len + strlen(right) > LITERAL_MAX)
			return (struct literals){ 0, NULL };
		text = arena_alloc(arena, len + strlen(right) + 1);
		memcpy(text, left, len);
		memcpy(text + len, right, strlen(right) + 1);
		if (!set_has(&set, text))
			set.text[set.n++] = text;
	}
	return set;
}

size_t
set_worth(const struct literals *set)
{
	size_t least = set->n == 0 ? 0 : LITERAL_MAX;

	for (size_t i = 0; i < set->n; i++) {
		size_t letters = 0;

		if (strlen(set->text[i]) < LITERAL_MIN)
			return 0;
		for (const char *p = set->text[i]; *p != '\0'; p++)
			letters += *p != ' ';
		if (letters < least)
			least = letters;
	}
	if (least > 8)
		least = 8;
	return least == 0 ? 0 : 64 + 16 * least - set->n / 2;
}

void
set_prefer(struct literals *best, const struct literals *set)
{
	if (set_worth(set) > set_worth(best))
		*best = *set;
}

void
set_thin(struct literals *out, const struct literals *set, bool start,
    struct arena *a)
{
	out->text = arena_alloc(a, (set->n + 1) * sizeof(char *));
	out->n = 0;
	for (size_t i = 0; i < set->n; i++) {
		const char *text = set->text[i];
		bool needless = false;

		for (size_t k = 0; k < set->n && !needless; k++) {
			const char *at = strstr(text, set->text[k]);

			needless = at != NULL && (at == text || !start) &&
			    (strcmp(text, set->text[k]) != 0 || k < i);
		}
		if (!needless)
			out->text[out->n++] = text;
	}
}

void
set_cut(struct literals *set, struct arena *a)
{
	const char **cut = arena_alloc(a, (set->n + 1) * sizeof(char *));

	for (size_t i = 0; i < set->n; i++) {
		size_t len = strcspn(set->text[i], " ");

		if (len < LITERAL_START) {
			set->n = 0;
			return;
		}
		cut[i] = arena_strndup(a, set->text[i], len);
	}
	set->text = cut;
}
