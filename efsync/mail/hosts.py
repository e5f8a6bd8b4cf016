"""Servers that send mail of everybody's domains."""

HOSTS = (
    # Google, Microsoft, Apple, Yahoo
    "smtp.gmail.com", "smtp-relay.gmail.com", "smtp.googlemail.com", "aspmx.l.google.com",
    "smtp.office365.com", "smtp-mail.outlook.com", "*.outlook.com", "*.outlook.office365.com",
    "smtp.mail.me.com", "smtp.mail.yahoo.com", "smtp.bizmail.yahoo.com", "smtp.aol.com",
    # those that send for programs
    "*.amazonaws.com", "smtp.sendgrid.net", "smtp.mailgun.org", "smtp.eu.mailgun.org", "smtp.postmarkapp.com",
    "smtp.mandrillapp.com", "*.mailjet.com", "smtp-relay.brevo.com", "smtp-relay.sendinblue.com",
    "smtp.sparkpostmail.com", "*.smtp2go.com", "smtp.elasticemail.com", "smtp.resend.com", "smtp.mailersend.net",
    "*.socketlabs.com", "*.smtp.azurecomm.net", "smtp.azurecomm.net", "*.sendpulse.com", "*.pepipost.com",
    # those that keep mailboxes
    "smtp.zoho.*", "smtppro.zoho.*", "smtp.fastmail.com", "smtp.protonmail.ch", "*.emailsrvr.com",
    "smtp.privateemail.com", "mail.privateemail.com", "smtp.titan.email", "smtp.yandex.*", "smtp.gmx.*",
    "smtp.migadu.com", "smtp.mailbox.org", "smtp.exmail.qq.com", "smtp.qiye.aliyun.com",
    # those that host
    "smtpout.secureserver.net", "*.secureserver.net", "smtp.hostinger.*", "smtp.ionos.*", "smtp.1and1.*",
    "smtp.1und1.de", "*.ovh.net", "*.mail.ovh.net", "*.gandi.net", "*.strato.de", "*.dreamhost.com", "*.hostgator.*",
    "*.bluehost.com", "*.siteground.*", "*.sgcpanel.com", "*.locaweb.com.br", "*.uol.com.br", "*.kinghost.net",
    "*.arsys.es", "*.serviciodecorreo.es", "*.aruba.it", "*.one.com", "*.loopia.se", "*.infomaniak.com",
    "*.web-hosting.com", "*.websitewelcome.com", "*.antispamcloud.com", "*.mailspamprotection.com",
)  # fmt: skip
"""Patterns of the great ones' names, in lower case."""

OWN_NAMES = (".local", ".localdomain", ".lan", ".internal", ".intranet", ".corp", ".home", ".home.arpa", ".private")
"""How names end that are known inside of a company only."""
