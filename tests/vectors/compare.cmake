# SPDX-License-Identifier: MIT
# cmake -DCOMMAND=a;list -DMADE=file -DCOMMITTED=file -P compare.cmake
# Run COMMAND with the file to make appended, and compare the bytes.
execute_process(COMMAND ${COMMAND} ${MADE} COMMAND_ERROR_IS_FATAL ANY)
file(SHA256 ${MADE} made)
file(SHA256 ${COMMITTED} committed)
if(NOT made STREQUAL committed)
	message(FATAL_ERROR "${COMMITTED} is not what is made today: compare "
		"it with ${MADE}")
endif()
