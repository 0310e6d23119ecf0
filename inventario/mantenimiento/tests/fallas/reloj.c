/* Un reloj que se puede mover: a la hora le suma los segundos que diga el archivo RELOJ. Sólo la hora: lo que
   mide duraciones (CLOCK_MONOTONIC) sigue igual, como cuando alguien cambia la hora de un equipo. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long corrido(void) {
    char texto[32] = {0};
    const char *archivo = getenv("RELOJ");
    int abierto = archivo ? open(archivo, O_RDONLY | O_CLOEXEC) : -1;
    if (abierto < 0) return 0;
    ssize_t leidos = read(abierto, texto, sizeof texto - 1);
    close(abierto);
    return leidos > 0 ? atol(texto) : 0;
}

int clock_gettime(clockid_t reloj, struct timespec *hora) {
    int mal = syscall(SYS_clock_gettime, reloj, hora);
    if (!mal && (reloj == CLOCK_REALTIME || reloj == CLOCK_REALTIME_COARSE)) hora->tv_sec += corrido();
    return mal;
}

int gettimeofday(struct timeval *hora, void *zona) {
    struct timespec fina;
    (void)zona;
    if (clock_gettime(CLOCK_REALTIME, &fina)) return -1;
    hora->tv_sec = fina.tv_sec;
    hora->tv_usec = fina.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *donde) {
    struct timespec fina;
    if (clock_gettime(CLOCK_REALTIME, &fina)) return -1;
    if (donde) *donde = fina.tv_sec;
    return fina.tv_sec;
}
