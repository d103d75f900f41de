/* Outlook's winmail.dat (TNEF, [MS-OXTNEF]): its text and attachments. */
#ifndef TAI_FORMAT_TNEF_H
#define TAI_FORMAT_TNEF_H

#include <stdbool.h>
#include <stddef.h>

struct tnef_part {		/* points into the input */
	bool attachment;	/* else a body */
	bool html;		/* a body's */
	const char *name;	/* an attachment's; not terminated, as sent */
	size_t name_len;
	bool wide;		/* the name is UTF-16, little endian */
	const char *data;
	size_t len;
};

/*
 * Calls for each part, in order; a body as plain text and as a page may both
 * come. Stops at the first thing that is damaged, with what came before it
 * told. Returns whether it was TNEF at all.
 */
bool	tnef_read(const char *, size_t,
	    void (*part)(void *, const struct tnef_part *), void *);

#endif
