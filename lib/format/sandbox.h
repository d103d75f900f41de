/* What a process that reads hostile input gives up. */
#ifndef TAI_FORMAT_SANDBOX_H
#define TAI_FORMAT_SANDBOX_H

#include <stddef.h>

/*
 * In a fresh child: every descriptor but fd closed and 0 to 2 on /dev/null,
 * signals as at the start, death with the parent, no new privileges, no core,
 * no more memory than now plus the bytes, no files but the system's
 * libraries (for character sets, to read; where the kernel has Landlock).
 * Returns the descriptor's new number, or -1.
 */
int	sandbox_enter(int fd, size_t memory, int parent);
/*
 * Sets the CPU time, in seconds from now, after which SIGXCPU ends the
 * process; 0 stops the clock.
 */
void	sandbox_cpu(int seconds);

#endif
