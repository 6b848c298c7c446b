// English.
export default {
    'language.direction': 'ltr',

    'label.device': 'Your device and browser',
    'label.language': 'Language',
    'label.qr': 'QR code of this page: scan it with another device’s camera',
    'label.start': 'Where this device stands',

    'button.anyway': 'Open it despite the warning',
    'button.certificate': 'Get the certificate',
    'button.opened': 'Open the certificate',
    'button.profile': 'Get the profile',
    'button.stay': 'Stay here',
    'button.text': 'The same as text (PEM)',

    'intro.what': 'Two people who know the same word call each other here, with picture and sound, through a server in this home.',
    'intro.why': 'Browsers give camera and microphone only to a page whose certificate they trust. This server makes its own, so each device has to get to know it, once.',

    'state.looking': 'Looking whether this browser accepts the address…',
    'state.missing': 'This server has no certificate of its own to hand out. Ask whoever runs it for its https address.',
    'state.unreachable': 'The server cannot be reached. Trying again… Check your network.',
    'state.silent': 'The https address does not answer. Trying again… Perhaps a firewall on the server closes its port.',
    'state.no': 'This browser does not accept the address yet. Follow the steps below: afterwards this page goes on by itself.',
    'state.yes': 'This browser accepts the address. There is nothing left to do here.',
    'state.going': 'This browser accepts the address. Opening it…',
    'state.local': 'On the computer that serves it, localhost works without all this.',

    'steps.title': 'Have this device trust it',

    'device.android': 'Android',
    'device.firefox-android': 'Firefox on Android',
    'device.ios': 'iPhone, iPad',
    'device.windows': 'Windows',
    'device.macos': 'Mac',
    'device.linux': 'Linux, ChromeOS',
    'device.firefox': 'Firefox on a computer',

    'step.download': 'Download the certificate. If the browser warns of the file, keep it.',
    'step.back': 'Come back to this page: it goes on by itself. If it does not, close the browser entirely and open this page again.',
    'step.android-settings': 'Open the settings of the device: Security & privacy → More security & privacy → Encryption & credentials → Install a certificate → CA certificate. Each maker names them a little differently; searching the settings for “CA certificate” finds the place.',
    'step.android-install': 'Choose “Install anyway”, enter the screen lock if asked, and pick the file {file}.',
    'step.firefox-android': 'Firefox takes over what Android trusts. If yours does not: in Firefox open Settings → About Firefox, tap the logo five times, go back, and switch on “Use third party CA certificates” under Secret Settings. It is well hidden; with Chrome it is easier.',
    'step.ios-download': 'In Safari, download the profile and allow it. Afterwards it holds for all browsers.',
    'step.ios-install': 'Open Settings → Profile Downloaded → Install. It also stands under General → VPN & Device Management.',
    'step.ios-trust': 'Then open Settings → General → About → Certificate Trust Settings, at the very bottom, and switch on full trust for the certificate that begins with “holdline”.',
    'step.windows-open': 'Open the file {file} and press “Install Certificate…”, then choose “Current User”.',
    'step.windows-store': 'Choose “Place all certificates in the following store”, then Browse → Trusted Root Certification Authorities.',
    'step.windows-confirm': 'Finish, and answer the question of Windows with Yes.',
    'step.macos-add': 'Open the file {file}: Keychain Access asks where to. Choose the keychain “login” and add it.',
    'step.macos-trust': 'There double-click the certificate that begins with “holdline”, open “Trust”, and at “When using this certificate” choose “Always Trust”.',
    'step.linux-page': 'In Chromium or Chrome, open the address {page}, then Local certificates → Installed by you. In older versions it is “Authorities”.',
    'step.linux-import': 'Under “Trusted certificates” press “Import” and pick the file {file}. If asked, tick that it may identify websites.',
    'step.firefox-open': 'Press the button. Firefox asks what to trust the certificate for: tick “Trust this CA to identify websites”.',
    'step.firefox-import': 'If it saved a file instead: Settings → Privacy & Security → Certificates → View Certificates… → Authorities → Import…, pick the file, and tick the same.',

    'note.macos': 'The profile does the same: open it, then System Settings → General → Device Management, on older Macs Privacy & Security → Profiles.',
    'note.linux': 'For other programs on Debian and Ubuntu, get it as text, then {copy} and {update} where it lies. Chromium and Firefox do not look there.',
    'note.firefox': 'On Windows and Mac, Firefox from version 120 also accepts what the system trusts: the steps for those do as well.',

    'another.title': 'Another device',
    'another.text': 'Scan this with its camera: it comes to this page, and from here to the call.',

    'without.title': 'Go on without it',
    'without.text': 'You can open the address as it is. The browser warns you; below “Advanced” or “Show details” it lets you go on, and camera and microphone work then too.',
    'without.price': 'The price: it asks you again from time to time, and a stranger in your Wi-Fi who stands in between would cause the same warning. You would not notice.',

    'meaning.title': 'What you trust then',
    'meaning.authority': 'The certificate is that of “{authority}”, which this server has made. It is good until {ends}.',
    'meaning.limits': 'It can vouch for names of a home network and for private addresses, and for nothing else: no bank, no mail, no site of the internet. You can remove it at any time, where you have installed it.',
    'meaning.compare': 'This page came to you unencrypted. To be sure that nobody has swapped the certificate on its way, compare its fingerprint, as your device shows it, with the one that this command prints on the server:',
    'meaning.fingerprint': 'Fingerprint (SHA-256)',
};
