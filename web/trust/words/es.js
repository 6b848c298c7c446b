// Spanish: “tú”, as on the call page.
export default {
    'language.direction': 'ltr',

    'label.device': 'Tu dispositivo y navegador',
    'label.language': 'Idioma',
    'label.qr': 'Código QR de esta página: escanéalo con la cámara de otro dispositivo',
    'label.start': 'En qué punto está este dispositivo',

    'button.anyway': 'Abrirla a pesar del aviso',
    'button.certificate': 'Obtener el certificado',
    'button.opened': 'Abrir el certificado',
    'button.profile': 'Obtener el perfil',
    'button.stay': 'Quedarme aquí',
    'button.text': 'Lo mismo como texto (PEM)',

    'intro.what': 'Dos personas que conocen la misma palabra se llaman aquí, con imagen y sonido, a través de un servidor en esta casa.',
    'intro.why': 'El navegador solo da la cámara y el micrófono a una página en cuyo certificado confía. Este servidor hace el suyo propio, así que cada dispositivo tiene que conocerlo, una sola vez.',

    'state.looking': 'Comprobando si este navegador acepta la dirección…',
    'state.missing': 'Este servidor no tiene un certificado propio que dar. Pide su dirección https a quien lo administra.',
    'state.unreachable': 'No se puede llegar al servidor. Probando otra vez… Revisa tu red.',
    'state.silent': 'La dirección https no responde. Probando otra vez… Quizá un cortafuegos del servidor cierra su puerto.',
    'state.no': 'Este navegador todavía no acepta la dirección. Sigue los pasos de abajo: después esta página continúa sola.',
    'state.yes': 'Este navegador acepta la dirección. Aquí no queda nada por hacer.',
    'state.going': 'Este navegador acepta la dirección. Abriéndola…',
    'state.local': 'En el equipo que la sirve, localhost funciona sin nada de esto.',

    'steps.title': 'Que este dispositivo confíe en él',

    'device.android': 'Android',
    'device.firefox-android': 'Firefox en Android',
    'device.ios': 'iPhone, iPad',
    'device.windows': 'Windows',
    'device.macos': 'Mac',
    'device.linux': 'Linux, ChromeOS',
    'device.firefox': 'Firefox en un ordenador',

    'step.download': 'Descarga el certificado. Si el navegador avisa del archivo, consérvalo.',
    'step.back': 'Vuelve a esta página: continúa sola. Si no, cierra el navegador del todo y ábrela otra vez.',
    'step.android-settings': 'Abre los ajustes del dispositivo: Seguridad y privacidad → Más ajustes de seguridad → Cifrado y credenciales → Instalar un certificado → Certificado de CA. Cada fabricante los llama algo distinto; el buscador de los ajustes encuentra el lugar con «certificado de CA».',
    'step.android-install': 'Elige «Instalar de todas formas», desbloquea el dispositivo si lo pide y toma el archivo {file}.',
    'step.firefox-android': 'Firefox adopta lo que Android acepta. Si el tuyo no lo hace: en Firefox abre Ajustes → Acerca de Firefox, toca el logotipo cinco veces, vuelve atrás y activa en los ajustes secretos los certificados de CA de terceros. Está bien escondido; con Chrome es más fácil.',
    'step.ios-download': 'En Safari, descarga el perfil y permítelo. Después vale para todos los navegadores.',
    'step.ios-install': 'Abre Ajustes → Perfil descargado → Instalar. También está en General → VPN y gestión de dispositivos.',
    'step.ios-trust': 'Luego abre Ajustes → General → Información → Ajustes de confianza de los certificados, al final del todo, y activa la confianza total para el certificado que empieza por «holdline».',
    'step.windows-open': 'Abre el archivo {file}, pulsa «Instalar certificado…» y elige «Usuario actual».',
    'step.windows-store': 'Elige «Colocar todos los certificados en el siguiente almacén», luego Examinar → Entidades de certificación raíz de confianza.',
    'step.windows-confirm': 'Finaliza, y responde Sí a la pregunta de Windows.',
    'step.macos-add': 'Abre el archivo {file}: Acceso a Llaveros pregunta dónde. Elige el llavero «inicio de sesión» y añádelo.',
    'step.macos-trust': 'Allí haz doble clic en el certificado que empieza por «holdline», abre «Confiar» y en «Al utilizar este certificado» elige «Confiar siempre».',
    'step.linux-page': 'En Chromium o Chrome, abre la dirección {page}, luego Certificados locales → Instalados por ti. En versiones anteriores es «Entidades emisoras».',
    'step.linux-import': 'En «Certificados de confianza» pulsa «Importar» y toma el archivo {file}. Si lo pregunta, marca que puede identificar sitios web.',
    'step.firefox-open': 'Pulsa el botón. Firefox pregunta para qué confiar en el certificado: marca que esta CA puede identificar sitios web.',
    'step.firefox-import': 'Si en cambio guardó un archivo: Ajustes → Privacidad y seguridad → Certificados → Ver certificados… → Autoridades → Importar…, toma el archivo y marca lo mismo.',

    'note.macos': 'El perfil hace lo mismo: ábrelo, luego Ajustes del Sistema → General → Gestión de dispositivos, en los Mac anteriores Privacidad y seguridad → Perfiles.',
    'note.linux': 'Para otros programas en Debian y Ubuntu, obtenlo como texto, luego {copy} y {update} donde esté. Chromium y Firefox no miran allí.',
    'note.firefox': 'En Windows y Mac, Firefox desde la versión 120 también acepta aquello en lo que confía el sistema: sirven igualmente los pasos para ellos.',

    'another.title': 'Otro dispositivo',
    'another.text': 'Escanea esto con su cámara: llega a esta página, y de aquí a la llamada.',

    'without.title': 'Continuar sin él',
    'without.text': 'Puedes abrir la dirección tal cual. El navegador te avisa; en «Avanzado» o «Mostrar detalles» te deja continuar, y la cámara y el micrófono también funcionan entonces.',
    'without.price': 'El precio: te lo vuelve a preguntar de vez en cuando, y un extraño en tu Wi-Fi que se ponga en medio causaría el mismo aviso. No te darías cuenta.',

    'meaning.title': 'En qué confías entonces',
    'meaning.authority': 'El certificado es el de «{authority}», que este servidor ha hecho. Vale hasta el {ends}.',
    'meaning.limits': 'Puede responder por nombres de una red doméstica y por direcciones privadas, y por nada más: ningún banco, ningún correo, ningún sitio de internet. Puedes quitarlo cuando quieras, donde lo hayas instalado.',
    'meaning.compare': 'Esta página te llegó sin cifrar. Para estar seguro de que nadie ha cambiado el certificado por el camino, compara su huella, tal como la muestra tu dispositivo, con la que este comando muestra en el servidor:',
    'meaning.fingerprint': 'Huella digital (SHA-256)',
};
