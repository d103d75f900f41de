/*
 * Records: one line of JSON each. A narrow profile: a flat or nested object,
 * UTF-8, no NUL (not even escaped), no lone surrogates, no key twice at the
 * top level, 64 levels, 16 MiB. One pass checks the line and notes where each
 * top-level value lies; a value is decoded when it is asked for. See
 * tai-record(5).
 */
#ifndef TAI_FORMAT_RECORD_H
#define TAI_FORMAT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"

#define REC_MAX		((size_t)16 << 20)
#define REC_DEPTH	64
#define REC_FIELDS	256

enum value_kind {
	VALUE_STRING, VALUE_NUMBER, VALUE_BOOL, VALUE_NULL, VALUE_OBJECT,
	VALUE_ARRAY
};

struct value {			/* the bytes of a value, in the line */
	enum value_kind kind;
	const char *text;	/* strings with their quotes, not decoded */
	size_t len;
};

struct field {
	const char *name;	/* in the line, not terminated, not decoded */
	size_t name_len;
	struct value value;
};

struct rec {			/* points into the line it was parsed from */
	const char *line;
	size_t len;
	size_t fields;
	struct field field[REC_FIELDS];
};

/* Checks one object; the line must outlive the record. */
int	rec_parse(struct rec *, const char *line, size_t len, struct err *);
/* Checks any JSON value of the profile (used on templates' data). */
int	value_parse(struct value *, const char *, size_t, struct err *);

bool	rec_get(const struct rec *, const char *name, struct value *);
/* NULL when the field is missing or not a string; else in the arena. */
const char *rec_str(const struct rec *, const char *name, struct arena *);
/* False when missing, not a number, a fraction, or out of range. */
bool	rec_int(const struct rec *, const char *name, int64_t *);
bool	rec_bool(const struct rec *, const char *name, bool *);
/* An RFC 3339 string as seconds UTC. */
bool	rec_time(const struct rec *, const char *name, int64_t *);
/* Whether the field is a string equal to the text; decodes nothing. */
bool	rec_is(const struct rec *, const char *name, const char *text);

/* The decoded string of a VALUE_STRING, terminated; *len may be NULL. */
char	*value_str(const struct value *, struct arena *, size_t *len);
bool	value_int(const struct value *, int64_t *);
bool	value_bool(const struct value *, bool *);
/* The fields of a VALUE_OBJECT (already checked with its line). */
void	value_object(const struct value *, struct rec *);
/* Items of a VALUE_ARRAY: start with *pos 0; false behind the last. */
bool	value_next(const struct value *array, size_t *pos, struct value *);
/* The same for the fields of a VALUE_OBJECT, however many; the name is a
 * VALUE_STRING. */
bool	value_field(const struct value *object, size_t *pos,
	    struct value *name, struct value *);

/*
 * Writing. Values follow their key; commas are the writer's business:
 *   w_begin(&w, &buf); w_open(&w, '{'); w_key(&w, "n"); w_int(&w, 1);
 *   w_close(&w, '}');
 */
struct writer {
	struct buf *out;
	bool comma;		/* the next value or key needs one before it */
};
void	w_begin(struct writer *, struct buf *);
void	w_open(struct writer *, char);		/* '{' or '[' */
void	w_close(struct writer *, char);		/* '}' or ']' */
void	w_key(struct writer *, const char *);
void	w_str(struct writer *, const char *);	/* NULL writes null */
void	w_strn(struct writer *, const char *, size_t);	/* valid UTF-8 */
void	w_int(struct writer *, int64_t);
void	w_bool(struct writer *, bool);
void	w_time(struct writer *, int64_t);	/* RFC 3339 */
void	w_raw(struct writer *, const char *, size_t);	/* JSON as it is */
/* key and value in one; w_field_str leaves out a NULL. */
void	w_field_str(struct writer *, const char *key, const char *);
void	w_field_int(struct writer *, const char *key, int64_t);
void	w_field_bool(struct writer *, const char *key, bool);
void	w_field_time(struct writer *, const char *key, int64_t);
/* An array of strings, NULL ends; the field leaves out NULL and no strings. */
void	w_list(struct writer *, const char *const *);
void	w_field_list(struct writer *, const char *key, const char *const *);

/*
 * Copies the line to the buffer with one field put at its end, or in the
 * place of the field of that name; json is the value's text.
 */
void	rec_with(const struct rec *, const char *name, const char *json,
	    size_t len, struct buf *);

/* Where refused input goes: a file, or one line each on stderr. */
struct reject {
	const char *tool;	/* "tai-triage" */
	FILE *file;		/* NULL: stderr, as text */
	size_t count;
};
void	reject_line(struct reject *, const char *source, size_t line,
	    const char *why, const char *raw, size_t len);

/* A stream of records from a descriptor. */
struct rec_reader {
	struct line_reader lines;
	struct reject *reject;
	struct rec rec;
};
void	rec_open(struct rec_reader *, int fd, const char *name,
	    struct reject *);
enum rec_got { REC_END, REC_OK, REC_REFUSED, REC_ERROR };
/*
 * The next record, valid until the next call; empty lines are skipped. A bad
 * line is handed to the reject stream and REC_REFUSED returned, with its
 * error; reading can go on. REC_ERROR: the descriptor failed.
 */
enum rec_got rec_next(struct rec_reader *, struct rec **, struct err *);
void	rec_close(struct rec_reader *);

#endif
