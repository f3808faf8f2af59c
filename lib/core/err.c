/* SPDX-License-Identifier: MIT */
/*
 * The names of errors and verdicts: the one home of these texts.
 */
#include <silbo/err.h>

const char *
silbo_err_name(int err)
{
	switch ((enum silbo_err)err) {
	case SILBO_OK:
		return "no error";
	case SILBO_ERR_SPACE:
		return "output buffer too small";
	case SILBO_ERR_TOO_LARGE:
		return "larger than the datagram limit";
	case SILBO_ERR_LIMIT:
		return "datagram numbers used up";
	case SILBO_ERR_KEY:
		return "not a key";
	case SILBO_ERR_NAME:
		return "host name does not resolve";
	case SILBO_ERR_BUSY:
		return "local queue full";
	case SILBO_ERR_REFUSED:
		return "port unreachable";
	case SILBO_ERR_UNREACHABLE:
		return "network or host unreachable";
	case SILBO_ERR_NO_ADDRESS:
		return "local address not available";
	case SILBO_ERR_DENIED:
		return "not permitted";
	case SILBO_ERR_SYSTEM:
		return "system error";
	case SILBO_ERR_FORMAT:
		return "not readable as audio";
	case SILBO_ERR_EMPTY:
		return "empty";
	case SILBO_ERR_CODEC:
		return "codec error";
	case SILBO_ERR_AUTH:
		return "not authentic";
	case SILBO_ERR_PORT:
		return "not a port";
	case SILBO_ERR_RANGE:
		return "a value that cannot be";
	}
	return "unknown error";
}

const char *
silbo_verdict_name(enum silbo_verdict verdict)
{
	switch (verdict) {
	case SILBO_ACCEPTED:
		return "accepted";
	case SILBO_LATE_FINAL:
		return "late_final";
	case SILBO_BAD_BODY:
		return "bad_body";
	case SILBO_DROP_OVERSIZE:
		return "drop_oversize";
	case SILBO_DROP_SHORT:
		return "drop_short";
	case SILBO_DROP_VERSION:
		return "drop_version";
	case SILBO_DROP_TYPE:
		return "drop_type";
	case SILBO_DROP_REFLECTED:
		return "drop_reflected";
	case SILBO_DROP_PLAIN:
		return "drop_plain";
	case SILBO_DROP_ENCRYPTED:
		return "drop_encrypted";
	case SILBO_DROP_MODE:
		return "drop_mode";
	case SILBO_DROP_LIMIT:
		return "drop_limit";
	case SILBO_DROP_WRONG_KEY:
		return "drop_wrong_key";
	case SILBO_DROP_AUTH:
		return "drop_auth";
	case SILBO_DROP_STALE:
		return "drop_stale";
	case SILBO_DROP_TABLE_FULL:
		return "drop_table_full";
	case SILBO_DROP_JUMP:
		return "drop_jump";
	case SILBO_DROP_DUPLICATE:
		return "drop_duplicate";
	case SILBO_DROP_OLD:
		return "drop_old";
	case SILBO_VERDICTS:
		break;
	}
	return "unknown verdict";
}
