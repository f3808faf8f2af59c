/* SPDX-License-Identifier: MIT */
/*
 * Two of the three kinds of failure.
 *
 * enum silbo_err is what the machine does to us: a socket, a file, a name, a
 * caller's buffer.  enum silbo_verdict is what the network does to us, hostile
 * or unlucky: never fatal, never logged per datagram, every value counted.
 * The third kind, our own bug, is an assert().
 */
#ifndef SILBO_ERR_H
#define SILBO_ERR_H

#include <silbo/defs.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Negative results.  They begin at -1001 so that none is mistaken for -1 or
 * for a negated errno.  Where an OS call failed, errno still holds its reason.
 */
enum silbo_err {
	SILBO_OK = 0,
	SILBO_ERR_SPACE = -1001,       /* the output buffer is too small */
	SILBO_ERR_TOO_LARGE = -1002,   /* does not fit the datagram limit */
	SILBO_ERR_LIMIT = -1003,       /* numbers used up: new source id */
	SILBO_ERR_KEY = -1004,         /* not a key, or not of this version */
	SILBO_ERR_NAME = -1005,        /* host name does not resolve */
	SILBO_ERR_BUSY = -1006,        /* EAGAIN ENOBUFS: local queue full */
	SILBO_ERR_REFUSED = -1007,     /* ECONNREFUSED: nobody listens there */
	SILBO_ERR_UNREACHABLE = -1008, /* ENETUNREACH EHOSTUNREACH ENETDOWN */
	SILBO_ERR_NO_ADDRESS = -1009,  /* EADDRNOTAVAIL: ours has gone */
	SILBO_ERR_DENIED = -1010,      /* EPERM EACCES: a firewall, mostly */
	SILBO_ERR_SYSTEM = -1011,      /* any other OS error: see errno */
	SILBO_ERR_FORMAT = -1012,      /* file unreadable as audio */
	SILBO_ERR_EMPTY = -1013,       /* nothing in it */
	SILBO_ERR_CODEC = -1014,       /* the codec refused */
	SILBO_ERR_AUTH = -1015,        /* the tag is wrong */
	SILBO_ERR_PORT = -1016,        /* not a port: 1 to 65535 */
	SILBO_ERR_RANGE = -1017        /* a value that cannot be */
};

/*
 * What became of a datagram.  The first three are accepted: the datagram was
 * authentic and its number had not been delivered before.  The order is that
 * of the checks (docs/wire-format.md, "Order of checks at a receiver").
 */
enum silbo_verdict {
	SILBO_ACCEPTED = 0,
	SILBO_LATE_FINAL, /* first copy, after its number was booked lost */
	SILBO_BAD_BODY,   /* number counts as received, body is unusable */

	SILBO_DROP_OVERSIZE,
	SILBO_DROP_SHORT,
	SILBO_DROP_VERSION,
	SILBO_DROP_TYPE,
	SILBO_DROP_REFLECTED, /* our own source id */
	SILBO_DROP_PLAIN,     /* plain, and we hold a key */
	SILBO_DROP_ENCRYPTED, /* encrypted, and we hold none */
	SILBO_DROP_MODE,
	SILBO_DROP_LIMIT,
	SILBO_DROP_WRONG_KEY,
	SILBO_DROP_AUTH,
	SILBO_DROP_STALE, /* new source, older than the maximum age */
	SILBO_DROP_TABLE_FULL,
	SILBO_DROP_JUMP, /* plain: far above the highest, not confirmed yet */
	SILBO_DROP_DUPLICATE,
	SILBO_DROP_OLD, /* below what is remembered: unknowable whether seen */

	SILBO_VERDICTS /* how many there are */
};

/* True for the verdicts whose datagram passed the replay check. */
static inline bool
silbo_verdict_is_accepted(enum silbo_verdict v)
{
	return v <= SILBO_BAD_BODY;
}

/*
 * Short text for an error, for people: "host name does not resolve".  Never
 * NULL; an unknown value gives "unknown error".
 */
SILBO_API
const char *silbo_err_name(int err);

/*
 * Name of a verdict as it stands in reports and in docs/wire-format.md:
 * "accepted", "bad_body", "drop_auth".  Never NULL.
 */
SILBO_API
const char *silbo_verdict_name(enum silbo_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif
