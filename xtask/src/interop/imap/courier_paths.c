/*
 * Courier has the paths of its configuration and of its socket compiled in. Loaded before the C
 * library, this leads whoever opens one of them to a directory of ours: nothing outside is
 * touched, and several can run at once.
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Where `path` leads: `room` is used where it is not the same. */
static const char *lead(const char *path, char room[PATH_MAX]) {
    static const char *const from[] = {"/etc/courier/", "/run/courier/"};
    const char *to = getenv("ANYRFC_COURIER");
    for (size_t i = 0; path && to && i < sizeof from / sizeof *from; i++) {
        if (strncmp(path, from[i], strlen(from[i])) == 0) {
            snprintf(room, PATH_MAX, "%s/%s", to, path + strlen(from[i]));
            return room;
        }
    }
    return path;
}

int open(const char *path, int flags, ...) {
    char room[PATH_MAX];
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return NEXT(open)(lead(path, room), flags, mode);
}

int __open_2(const char *path, int flags) { return open(path, flags); }

FILE *fopen(const char *path, const char *mode) {
    char room[PATH_MAX];
    return NEXT(fopen)(lead(path, room), mode);
}

int stat(const char *path, struct stat *found) {
    char room[PATH_MAX];
    return NEXT(stat)(lead(path, room), found);
}

int unlink(const char *path) {
    char room[PATH_MAX];
    return NEXT(unlink)(lead(path, room));
}

int rename(const char *from, const char *to) {
    char here[PATH_MAX], there[PATH_MAX];
    return NEXT(rename)(lead(from, here), lead(to, there));
}

int chmod(const char *path, mode_t mode) {
    char room[PATH_MAX];
    return NEXT(chmod)(lead(path, room), mode);
}

char *__realpath_chk(const char *path, char *resolved, size_t size) {
    char room[PATH_MAX];
    (void)size;
    return realpath(lead(path, room), resolved);
}

/* The account of its own that Courier is installed with: here another one without rights does. */
struct passwd *getpwnam(const char *name) {
    if (strcmp(name, "courier") != 0)
        return NEXT(getpwnam)(name);
    return geteuid() == 0 ? NEXT(getpwnam)("nobody") : getpwuid(geteuid());
}

/* The address of a socket, led as a path is. */
static int address(const struct sockaddr *given, struct sockaddr_un *led) {
    char room[PATH_MAX];
    *led = *(const struct sockaddr_un *)given;
    const char *path = lead(led->sun_path, room);
    if (path == led->sun_path)
        return 0;
    if (strlen(path) >= sizeof led->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(led->sun_path, path);
    return 1;
}

#define LED(name)                                                                \
    int name(int fd, const struct sockaddr *given, socklen_t size) {             \
        struct sockaddr_un led;                                                  \
        if (given->sa_family != AF_UNIX || size != sizeof led)                   \
            return NEXT(name)(fd, given, size);                                  \
        int other = address(given, &led);                                        \
        return other < 0 ? -1 : NEXT(name)(fd, (struct sockaddr *)&led, size);   \
    }

LED(connect)
LED(bind)
