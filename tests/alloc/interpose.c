/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a program: counts what it allocates, and lets an allocation
 * fail.  The moments between which it counts are told by the datagrams that the
 * program itself sends and receives, so no clock is involved.
 *
 *   ALLOC_WATCH="50 200 FILE"   into FILE: how many allocations there were
 *                               between the 50th and the 200th datagram
 *   ALLOC_FAIL="3 FILE"         the third allocation fails; "3+ FILE": it and
 *                               all after it.  FILE is made when it happens.
 *
 * Counting begins when the libraries are loaded: what the loader needs is its
 * own business.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *mem, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool armed, sticky;
static unsigned long allocations, fail_at;
static unsigned long datagrams, watch_from, watch_to, at_from;
static char watch_file[512], fail_file[512];

static void
leave(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(99);
	close(fd);
}

__attribute__((constructor)) static void
arm(void)
{
	const char *watch = getenv("ALLOC_WATCH");
	const char *fail = getenv("ALLOC_FAIL");
	char *end;

	if (watch != NULL &&
	    sscanf(watch, "%lu %lu %511s", &watch_from, &watch_to,
		watch_file) != 3)
		_exit(99);
	if (fail != NULL) {
		fail_at = strtoul(fail, &end, 10);
		sticky = *end == '+';
		if (sscanf(end + sticky, "%511s", fail_file) != 1)
			_exit(99);
	}
	armed = true;
}

/* True when this one must fail. */
static bool
note_allocation(void)
{
	int kept = errno;

	if (!armed)
		return false;
	allocations++;
	if (fail_at == 0 || allocations < fail_at ||
	    (allocations > fail_at && !sticky))
		return false;
	if (allocations == fail_at)
		leave(fail_file, "failed\n");
	errno = kept;
	return true;
}

static void
note_datagrams(long count)
{
	char text[32];
	int kept = errno;

	for (; count > 0; count--) {
		datagrams++;
		if (datagrams == watch_from)
			at_from = allocations;
		if (datagrams != watch_to)
			continue;
		snprintf(text, sizeof(text), "%lu\n", allocations - at_from);
		leave(watch_file, text);
	}
	errno = kept;
}

static void *
no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

void *
malloc(size_t size)
{
	return note_allocation() ? no_memory() : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return note_allocation() ? no_memory() : __libc_calloc(count, size);
}

void *
realloc(void *mem, size_t size)
{
	return note_allocation() ? no_memory() : __libc_realloc(mem, size);
}

void *
memalign(size_t alignment, size_t size)
{
	return note_allocation() ? no_memory()
				 : __libc_memalign(alignment, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int
posix_memalign(void **out, size_t alignment, size_t size)
{
	void *mem = memalign(alignment, size);

	if (mem == NULL)
		return ENOMEM;
	*out = mem;
	return 0;
}

/* The calls that take or send datagrams, straight to the kernel. */
ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t n = syscall(SYS_recvmsg, fd, message, flags);

	note_datagrams(n >= 0 && !(flags & MSG_ERRQUEUE));
	return n;
}

int
recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags,
    struct timespec *timeout)
{
	long n = syscall(SYS_recvmmsg, fd, messages, count, flags, timeout);

	note_datagrams(flags & MSG_ERRQUEUE ? 0 : n);
	return (int)n;
}

ssize_t
sendto(int fd, const void *data, size_t len, int flags,
    const struct sockaddr *to, socklen_t to_len)
{
	ssize_t n = syscall(SYS_sendto, fd, data, len, flags, to, to_len);

	note_datagrams(n >= 0);
	return n;
}

ssize_t
send(int fd, const void *data, size_t len, int flags)
{
	return sendto(fd, data, len, flags, NULL, 0);
}

ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t n = syscall(SYS_sendmsg, fd, message, flags);

	note_datagrams(n >= 0);
	return n;
}

int
sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	long n = syscall(SYS_sendmmsg, fd, messages, count, flags);

	note_datagrams(n);
	return (int)n;
}
