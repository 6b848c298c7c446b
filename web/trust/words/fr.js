// French: “vous”. A no-break space stands before : ; ? ! and inside « ».
export default {
    'language.direction': 'ltr',

    'label.device': 'Votre appareil et votre navigateur',
    'label.language': 'Langue',
    'label.qr': 'Code QR de cette page : scannez-le avec l’appareil photo d’un autre appareil',
    'label.start': 'Où en est cet appareil',

    'button.anyway': 'L’ouvrir malgré l’avertissement',
    'button.certificate': 'Obtenir le certificat',
    'button.opened': 'Ouvrir le certificat',
    'button.profile': 'Obtenir le profil',
    'button.stay': 'Rester ici',
    'button.text': 'Le même en texte (PEM)',

    'intro.what': 'Deux personnes qui connaissent le même mot s’appellent ici, avec l’image et le son, par un serveur de cette maison.',
    'intro.why': 'Un navigateur ne donne la caméra et le micro qu’à une page dont il approuve le certificat. Ce serveur fabrique le sien, chaque appareil doit donc le connaître, une seule fois.',

    'state.looking': 'On regarde si ce navigateur accepte l’adresse…',
    'state.missing': 'Ce serveur n’a pas de certificat à lui à remettre. Demandez son adresse https à la personne qui s’en occupe.',
    'state.unreachable': 'Le serveur est injoignable. Nouvel essai… Vérifiez votre réseau.',
    'state.silent': 'L’adresse https ne répond pas. Nouvel essai… Un pare-feu du serveur ferme peut-être son port.',
    'state.no': 'Ce navigateur n’accepte pas encore l’adresse. Suivez les étapes ci-dessous : ensuite, cette page continue toute seule.',
    'state.yes': 'Ce navigateur accepte l’adresse. Il n’y a plus rien à faire ici.',
    'state.going': 'Ce navigateur accepte l’adresse. Ouverture…',
    'state.local': 'Sur l’ordinateur qui la fournit, localhost fonctionne sans tout cela.',

    'steps.title': 'Le faire approuver par cet appareil',

    'device.android': 'Android',
    'device.firefox-android': 'Firefox sur Android',
    'device.ios': 'iPhone, iPad',
    'device.windows': 'Windows',
    'device.macos': 'Mac',
    'device.linux': 'Linux, ChromeOS',
    'device.firefox': 'Firefox sur un ordinateur',

    'step.download': 'Téléchargez le certificat. Si le navigateur met en garde contre le fichier, conservez-le.',
    'step.back': 'Revenez sur cette page : elle continue toute seule. Sinon, fermez complètement le navigateur et rouvrez-la.',
    'step.android-settings': 'Ouvrez les paramètres de l’appareil : Sécurité et confidentialité → Autres paramètres de sécurité → Chiffrement et identifiants → Installer un certificat → Certificat CA. Chaque fabricant les nomme un peu autrement ; la recherche des paramètres trouve l’endroit avec « certificat CA ».',
    'step.android-install': 'Choisissez « Installer quand même », déverrouillez l’appareil s’il le demande, et prenez le fichier {file}.',
    'step.firefox-android': 'Firefox reprend ce qu’Android approuve. Si le vôtre ne le fait pas : dans Firefox, ouvrez Paramètres → À propos de Firefox, touchez le logo cinq fois, revenez en arrière et activez les certificats d’AC tierces dans les paramètres secrets. C’est bien caché ; avec Chrome, c’est plus simple.',
    'step.ios-download': 'Dans Safari, téléchargez le profil et autorisez-le. Il vaut ensuite pour tous les navigateurs.',
    'step.ios-install': 'Ouvrez Réglages → Profil téléchargé → Installer. Il se trouve aussi sous Général → VPN et gestion de l’appareil.',
    'step.ios-trust': 'Ouvrez ensuite Réglages → Général → Informations → Réglages des certificats, tout en bas, et activez la confiance totale pour le certificat qui commence par « holdline ».',
    'step.windows-open': 'Ouvrez le fichier {file}, cliquez sur « Installer un certificat… », puis choisissez « Utilisateur actuel ».',
    'step.windows-store': 'Choisissez « Placer tous les certificats dans le magasin suivant », puis Parcourir → Autorités de certification racines de confiance.',
    'step.windows-confirm': 'Terminez, et répondez Oui à la question de Windows.',
    'step.macos-add': 'Ouvrez le fichier {file} : Trousseaux d’accès demande où le mettre. Choisissez le trousseau « session » et ajoutez-le.',
    'step.macos-trust': 'Là, double-cliquez sur le certificat qui commence par « holdline », ouvrez « Se fier » et, à « Lors de l’utilisation de ce certificat », choisissez « Toujours approuver ».',
    'step.linux-page': 'Dans Chromium ou Chrome, ouvrez l’adresse {page}, puis Certificats locaux → Installés par vous. Dans les versions plus anciennes, c’est « Autorités ».',
    'step.linux-import': 'Sous « Certificats de confiance », cliquez sur « Importer » et prenez le fichier {file}. Si on vous le demande, cochez qu’il peut identifier des sites web.',
    'step.firefox-open': 'Appuyez sur le bouton. Firefox demande pour quoi faire confiance au certificat : cochez que cette AC peut identifier des sites web.',
    'step.firefox-import': 'S’il a enregistré un fichier à la place : Paramètres → Vie privée et sécurité → Certificats → Afficher les certificats… → Autorités → Importer…, prenez le fichier et cochez la même chose.',

    'note.macos': 'Le profil fait la même chose : ouvrez-le, puis Réglages Système → Général → Gestion des appareils, sur les Mac plus anciens Confidentialité et sécurité → Profils.',
    'note.linux': 'Pour d’autres programmes sous Debian et Ubuntu, prenez-le en texte, puis {copy} et {update} là où il se trouve. Chromium et Firefox n’y regardent pas.',
    'note.firefox': 'Sous Windows et sur Mac, Firefox accepte depuis la version 120 ce que le système approuve : les étapes pour ceux-ci conviennent aussi.',

    'another.title': 'Un autre appareil',
    'another.text': 'Scannez ceci avec son appareil photo : il arrive sur cette page, et d’ici à l’appel.',

    'without.title': 'Continuer sans lui',
    'without.text': 'Vous pouvez ouvrir l’adresse telle quelle. Le navigateur vous avertit ; sous « Avancé » ou « Afficher les détails », il vous laisse continuer, et la caméra et le micro fonctionnent alors aussi.',
    'without.price': 'Le prix : il vous le redemande de temps en temps, et un inconnu qui s’interpose dans votre Wi-Fi provoquerait le même avertissement. Vous ne le remarqueriez pas.',

    'meaning.title': 'À quoi vous faites alors confiance',
    'meaning.authority': 'Le certificat est celui de « {authority} », que ce serveur a créée. Il est valable jusqu’au {ends}.',
    'meaning.limits': 'Il peut se porter garant de noms d’un réseau domestique et d’adresses privées, et de rien d’autre : d’aucune banque, d’aucun courrier, d’aucun site d’internet. Vous pouvez le retirer à tout moment, là où vous l’avez installé.',
    'meaning.compare': 'Cette page vous est parvenue sans chiffrement. Pour être sûr que personne n’a échangé le certificat en chemin, comparez son empreinte, telle que votre appareil la montre, avec celle que cette commande affiche sur le serveur :',
    'meaning.fingerprint': 'Empreinte (SHA-256)',
};
