/* What a run has seen, in a table that never grows: the latest 131,072. */
#ifndef TAI_CMD_SEEN_H
#define TAI_CMD_SEEN_H

#include <stdbool.h>
#include <stdint.h>

uint64_t *seen_new(void);		/* free() it */
/* Remembers a text; whether it was there. */
bool	seen_add(uint64_t *, const char *);
bool	seen_has(const uint64_t *, const char *);

#endif
