/** Un tono corto por cada lectura: agudo si entró, grave si no. Y, donde se pueda, una vibración. */

let contexto = null;

export function sonar(bien = true) {
  navigator.vibrate?.(bien ? 60 : [120, 80, 120]);
  // Sin un toque previo el navegador no deja sonar: la lectura vale igual.
  if (!navigator.userActivation?.hasBeenActive) return;
  contexto ??= new AudioContext();
  const [oscilador, volumen] = [contexto.createOscillator(), contexto.createGain()];
  const [inicio, dura] = [contexto.currentTime, bien ? 0.08 : 0.35];
  oscilador.frequency.value = bien ? 1760 : 220;
  volumen.gain.setValueAtTime(0.15, inicio);
  volumen.gain.exponentialRampToValueAtTime(0.001, inicio + dura);
  oscilador.connect(volumen).connect(contexto.destination);
  oscilador.start(inicio);
  oscilador.stop(inicio + dura);
}
