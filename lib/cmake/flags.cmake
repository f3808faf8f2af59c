# SPDX-License-Identifier: MIT
# Warnings and sanitizers, on a target of their own so that nothing leaks into
# a project that adds silbo as a subdirectory.
add_library(silbo_flags INTERFACE)
target_compile_options(silbo_flags INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef)
if(SILBO_WERROR)
	target_compile_options(silbo_flags INTERFACE -Werror)
endif()
if(SILBO_SANITIZE)
	string(REPLACE ";" "," sanitizers "${SILBO_SANITIZE}")
	target_compile_options(silbo_flags INTERFACE
		-fsanitize=${sanitizers} -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	target_link_options(silbo_flags INTERFACE -fsanitize=${sanitizers})
endif()

# silbo_target(NAME): the settings that every target of the project shares.
function(silbo_target name)
	set_target_properties(${name} PROPERTIES
		C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
	target_link_libraries(${name} PRIVATE $<BUILD_INTERFACE:silbo_flags>)
endfunction()

# silbo_room(ROOM FILE...): one static library, silbo_ROOM, alias silbo::ROOM.
# Each source is compiled once, for archives and shared library alike: hence
# position independent, which costs next to nothing on 64-bit machines, and
# without semantic interposition, so that functions of one file are inlined as
# in a program.  What is not SILBO_API is hidden.
function(silbo_room room)
	list(TRANSFORM ARGN PREPEND ${room}/)
	add_library(silbo_${room} STATIC ${ARGN})
	add_library(silbo::${room} ALIAS silbo_${room})
	silbo_target(silbo_${room})
	set_target_properties(silbo_${room} PROPERTIES EXPORT_NAME ${room}
		POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
	target_compile_options(silbo_${room} PRIVATE
		-fno-semantic-interposition)
	target_include_directories(silbo_${room} PUBLIC
		$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>)
endfunction()

# silbo_whole(NAME TYPE ROOM...): one library of the objects of some rooms.
function(silbo_whole name type)
	list(TRANSFORM ARGN REPLACE "(.+)" "$<TARGET_OBJECTS:silbo_\\1>")
	add_library(${name} ${type} ${ARGN})
	silbo_target(${name})
	set_target_properties(${name} PROPERTIES
		OUTPUT_NAME silbo LINKER_LANGUAGE C)
	target_include_directories(${name} PUBLIC
		$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>)
endfunction()
