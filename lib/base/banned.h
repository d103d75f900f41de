/* Included before every file: these functions do not compile here. */
#ifndef TAI_BASE_BANNED_H
#define TAI_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf strncpy strtok gets
#pragma GCC poison localtime gmtime ctime system popen

#endif
