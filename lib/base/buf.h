/* A growing byte string; its data is never NULL and always terminated. */
#ifndef TAI_BASE_BUF_H
#define TAI_BASE_BUF_H

#include <stddef.h>

struct buf {
	char *data;
	size_t len;		/* without the terminator */
	size_t cap;
};

extern char buf_empty[1];
#define BUF_INIT { buf_empty, 0, 0 }

void	buf_init(struct buf *);
void	buf_add(struct buf *, const void *, size_t);
void	buf_addc(struct buf *, char);
void	buf_adds(struct buf *, const char *);
void	buf_printf(struct buf *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* Room for n more bytes; returns where they go. Add to len what was used. */
char	*buf_room(struct buf *, size_t);
void	buf_truncate(struct buf *, size_t);
void	buf_reset(struct buf *);	/* empty, the room kept */
void	buf_free(struct buf *);		/* empty, the room given back */

#endif
