// German: “du”, as on the call page.
export default {
    'language.direction': 'ltr',

    'label.device': 'Dein Gerät und dein Browser',
    'label.language': 'Sprache',
    'label.qr': 'QR-Code dieser Seite: Scanne ihn mit der Kamera eines anderen Geräts',
    'label.start': 'Wie es um dieses Gerät steht',

    'button.anyway': 'Trotz der Warnung öffnen',
    'button.certificate': 'Zertifikat holen',
    'button.opened': 'Zertifikat öffnen',
    'button.profile': 'Profil holen',
    'button.stay': 'Hier bleiben',
    'button.text': 'Dasselbe als Text (PEM)',

    'intro.what': 'Zwei Menschen, die dasselbe Wort kennen, rufen sich hier mit Bild und Ton an, über einen Server in diesem Zuhause.',
    'intro.why': 'Browser geben Kamera und Mikrofon nur einer Seite, deren Zertifikat sie vertrauen. Dieser Server macht sein eigenes, deshalb muss jedes Gerät es einmal kennenlernen.',

    'state.looking': 'Wir sehen nach, ob dieser Browser die Adresse annimmt …',
    'state.missing': 'Dieser Server hat kein eigenes Zertifikat, das er weitergeben könnte. Frag, wer ihn betreibt, nach seiner https-Adresse.',
    'state.unreachable': 'Der Server ist nicht erreichbar. Neuer Versuch … Prüfe dein Netz.',
    'state.silent': 'Die https-Adresse antwortet nicht. Neuer Versuch … Vielleicht sperrt eine Firewall auf dem Server den Port.',
    'state.no': 'Dieser Browser nimmt die Adresse noch nicht an. Folge den Schritten unten: Danach geht es hier von selbst weiter.',
    'state.yes': 'Dieser Browser nimmt die Adresse an. Hier ist nichts mehr zu tun.',
    'state.going': 'Dieser Browser nimmt die Adresse an. Sie wird geöffnet …',
    'state.local': 'Auf dem Computer, der sie anbietet, geht localhost auch ohne all das.',

    'steps.title': 'So vertraut ihm dieses Gerät',

    'device.android': 'Android',
    'device.firefox-android': 'Firefox auf Android',
    'device.ios': 'iPhone, iPad',
    'device.windows': 'Windows',
    'device.macos': 'Mac',
    'device.linux': 'Linux, ChromeOS',
    'device.firefox': 'Firefox auf einem Computer',

    'step.download': 'Lade das Zertifikat herunter. Wenn der Browser vor der Datei warnt, behalte sie.',
    'step.back': 'Komm auf diese Seite zurück: Sie geht von selbst weiter. Wenn nicht, schließ den Browser ganz und öffne sie noch einmal.',
    'step.android-settings': 'Öffne die Einstellungen des Geräts: Sicherheit & Datenschutz → Weitere Sicherheitseinstellungen → Verschlüsselung & Anmeldedaten → Zertifikat installieren → CA-Zertifikat. Bei jedem Hersteller heißt es etwas anders; die Suche der Einstellungen findet die Stelle unter „CA-Zertifikat“.',
    'step.android-install': 'Wähl „Trotzdem installieren“, entsperr das Gerät, wenn es danach fragt, und nimm die Datei {file}.',
    'step.firefox-android': 'Firefox übernimmt, wem Android vertraut. Tut es deiner nicht: Öffne in Firefox Einstellungen → Über Firefox, tipp fünfmal auf das Logo, geh zurück und schalte unter „Geheime Einstellungen“ die CA-Zertifikate von Drittanbietern ein. Das ist gut versteckt; mit Chrome ist es einfacher.',
    'step.ios-download': 'Lade das Profil in Safari herunter und erlaube es. Danach gilt es für alle Browser.',
    'step.ios-install': 'Öffne Einstellungen → Profil geladen → Installieren. Es steht auch unter Allgemein → VPN und Geräteverwaltung.',
    'step.ios-trust': 'Öffne dann Einstellungen → Allgemein → Info → Zertifikatsvertrauenseinstellungen, ganz unten, und schalte das volle Vertrauen für das Zertifikat ein, das mit „holdline“ beginnt.',
    'step.windows-open': 'Öffne die Datei {file}, klick auf „Zertifikat installieren…“ und wähl „Aktueller Benutzer“.',
    'step.windows-store': 'Wähl „Alle Zertifikate in folgendem Speicher speichern“, dann Durchsuchen → Vertrauenswürdige Stammzertifizierungsstellen.',
    'step.windows-confirm': 'Stell es fertig und beantworte die Frage von Windows mit Ja.',
    'step.macos-add': 'Öffne die Datei {file}: Die Schlüsselbundverwaltung fragt, wohin. Wähl den Schlüsselbund „Anmeldung“ und füg sie hinzu.',
    'step.macos-trust': 'Doppelklick dort auf das Zertifikat, das mit „holdline“ beginnt, öffne „Vertrauen“ und wähl bei „Bei Verwendung dieses Zertifikats“ den Punkt „Immer vertrauen“.',
    'step.linux-page': 'Öffne in Chromium oder Chrome die Adresse {page}, dann Lokale Zertifikate → Von dir installiert. In älteren Versionen heißt es „Zertifizierungsstellen“.',
    'step.linux-import': 'Klick unter „Vertrauenswürdige Zertifikate“ auf „Importieren“ und nimm die Datei {file}. Wenn es gefragt wird: Das Zertifikat darf Websites identifizieren.',
    'step.firefox-open': 'Drück auf den Knopf. Firefox fragt, wofür es dem Zertifikat vertrauen soll: Kreuz an, dass diese CA Websites identifizieren darf.',
    'step.firefox-import': 'Hat es stattdessen eine Datei gespeichert: Einstellungen → Datenschutz & Sicherheit → Zertifikate → Zertifikate anzeigen… → Zertifizierungsstellen → Importieren…, nimm die Datei und kreuz dasselbe an.',

    'note.macos': 'Das Profil tut dasselbe: Öffne es, dann Systemeinstellungen → Allgemein → Geräteverwaltung, auf älteren Macs Datenschutz & Sicherheit → Profile.',
    'note.linux': 'Für andere Programme auf Debian und Ubuntu: Hol es als Text, dann {copy} und {update}, dort, wo es liegt. Chromium und Firefox sehen da nicht nach.',
    'note.firefox': 'Auf Windows und Mac nimmt Firefox ab Version 120 auch an, wem das System vertraut: Die Schritte dafür tun es ebenso.',

    'another.title': 'Ein anderes Gerät',
    'another.text': 'Scanne das mit seiner Kamera: Es kommt auf diese Seite, und von hier zum Anruf.',

    'without.title': 'Ohne das weitermachen',
    'without.text': 'Du kannst die Adresse öffnen, wie sie ist. Der Browser warnt dich; unter „Erweitert“ oder „Details einblenden“ lässt er dich weiter, und Kamera und Mikrofon gehen dann auch.',
    'without.price': 'Der Preis: Er fragt von Zeit zu Zeit wieder, und wer sich in deinem WLAN fremd dazwischenstellt, löst dieselbe Warnung aus. Du würdest es nicht merken.',

    'meaning.title': 'Wem du dann vertraust',
    'meaning.authority': 'Das Zertifikat ist das von „{authority}“, die dieser Server gemacht hat. Es gilt bis zum {ends}.',
    'meaning.limits': 'Es kann für Namen eines Heimnetzes und für private Adressen bürgen, sonst für nichts: für keine Bank, keine E-Mail, keine Seite des Internets. Du kannst es jederzeit dort entfernen, wo du es installiert hast.',
    'meaning.compare': 'Diese Seite kam unverschlüsselt zu dir. Um sicher zu sein, dass niemand das Zertifikat unterwegs vertauscht hat, vergleiche seinen Fingerabdruck, wie dein Gerät ihn zeigt, mit dem, den dieser Befehl auf dem Server ausgibt:',
    'meaning.fingerprint': 'Fingerabdruck (SHA-256)',
};
