import 'server-only'
import type { FindingCode, Side } from './types'

// Everything the doctor says, in one place. `{…}` is filled in by the probe that found it: vendor, settings, host, and
// what was seen. No text here may need a secret or a vendor's own words.

export interface FindingText {
  /** One sentence of diagnosis. */
  diagnosis: string
  side: Side
  fix: string
  /** How to tell that this is the cause, where several meet the same answer. */
  howToTell: string
  /** What the vendor's support is asked; null when it cannot help. */
  question: string | null
}

export const FINDINGS: Readonly<Record<FindingCode, FindingText>> = {
  healthy: {
    diagnosis: '{vendor} is reachable and everything that can be asked without a player was answered well.',
    side: 'nobody',
    fix: 'Nothing to do.',
    howToTell: '',
    question: null,
  },
  setting_missing: {
    diagnosis: '{settings} not set, so {vendor} cannot be called.',
    side: 'ours',
    fix: 'Set {missing}, in .env or as a path in the variable of the same name with _FILE behind it, and start again.',
    howToTell: 'The start of the app names the variable too.',
    question: null,
  },
  setting_unreadable: {
    diagnosis: 'The file that should hold {settings} cannot be read.',
    side: 'ours',
    fix: 'Check that the path exists and that the user who runs the app may read it.',
    howToTell: 'Read the file as the user who runs the app.',
    question: null,
  },
  placeholder_value: {
    diagnosis: '{settings} still holds a placeholder instead of the value {vendor} gave you.',
    side: 'ours',
    fix: 'Copy the value from the {vendor} dashboard.',
    howToTell: 'Look at the value: it is an example.',
    question: null,
  },
  whitespace_in_setting: {
    diagnosis: '{settings} holds white space or an invisible character that does not belong to the value.',
    side: 'ours',
    fix: 'Copy the value again without the line break or blank, and paste it without quotes.',
    howToTell: 'Count the characters: the vendor shows fewer.',
    question: null,
  },
  setting_malformed: {
    diagnosis: '{settings} cannot be right: {found}.',
    side: 'ours',
    fix: 'Expected: {expected}.',
    howToTell: 'Compare with the {vendor} dashboard.',
    question: null,
  },
  same_value_twice: {
    diagnosis: '{settings} hold one and the same value; {vendor} gives out two different ones.',
    side: 'ours',
    fix: 'Copy both values from the {vendor} dashboard, the secret one into {key} and the public one into {id}.',
    howToTell: 'Compare the two values.',
    question: null,
  },
  swapped_key_and_id: {
    diagnosis: 'Key and id are swapped: {key} holds the id and {id} holds the key.',
    side: 'ours',
    fix: 'Exchange the values of {key} and {id}. The key was sent where an id belongs: if {vendor} logs ids, make a new key.',
    howToTell: 'Exchange the two values and run the doctor again.',
    question: null,
  },
  base_url_wrong: {
    diagnosis: '{settings} is not an address of the {vendor} API: {found}.',
    side: 'ours',
    fix: 'Set {settings} to {expected}.',
    howToTell: 'Compare with the address in the documentation of {vendor}.',
    question: null,
  },
  wrong_environment: {
    diagnosis: 'The keys belong to the other environment of {vendor}: {found}.',
    side: 'ours',
    fix: 'Keys and {base} belong together: change the address to {other}, or make keys for {host}.',
    howToTell: 'See in the {vendor} dashboard for which environment or application these keys were made.',
    question: null,
  },
  name_not_found: {
    diagnosis: 'The name {host} has no address: DNS does not know it from this machine.',
    side: 'ours',
    fix: 'Check the spelling of {settings}; if it is right, check which DNS server this machine asks.',
    howToTell: 'Look the name up on another machine.',
    question: null,
  },
  address_refused: {
    diagnosis:
      'The name {host} leads to {found}, an address inside a private network, and Ante does not call those.',
    side: 'ours',
    fix: 'A vendor has a public address. If a DNS filter or a gateway answers for it, let this machine reach the real one.',
    howToTell: 'Look the name up on a machine outside your network.',
    question: null,
  },
  connection_refused: {
    diagnosis: 'Nothing listens at {host}: the connection was refused.',
    side: 'unclear',
    fix: '{refusedFix}',
    howToTell: 'Try the same address from another network.',
    question: null,
  },
  connect_timeout: {
    diagnosis: 'No connection to {host} within {seconds} s: something on the way swallows it.',
    side: 'ours',
    fix: 'Allow outgoing TCP to {host}; ask {vendor} whether your address has to be on a list. Ante uses no proxy from the environment.',
    howToTell: 'Try the same address from another network.',
    question: null,
  },
  connection_broken: {
    diagnosis: 'The connection to {host} broke before an answer came ({found}).',
    side: 'unclear',
    fix: 'Run the doctor again; if it stays, look at firewalls and gateways between this machine and {host}.',
    howToTell: 'Try the same address from another network.',
    question: 'Do you see these calls arrive, and does anything on your side cut them off?',
  },
  tls_untrusted: {
    diagnosis: 'The certificate of {host} was not issued by anybody this machine trusts.',
    side: 'ours',
    fix: 'If a company gateway reads the traffic, give its root certificate to Node with NODE_EXTRA_CA_CERTS, or let {host} pass unread; it may take headers away, too. Never switch the check off.',
    howToTell: 'Compare the issuer below with the one a phone on mobile data sees.',
    question: null,
  },
  tls_expired: {
    diagnosis: 'The certificate of {host} is outside its dates: {found}.',
    side: 'unclear',
    fix: 'If the clock of this machine is right, {host} has to renew its certificate: send the ticket.',
    howToTell: 'Compare the dates below with today.',
    question: 'When will the certificate of {host} be renewed?',
  },
  tls_name_mismatch: {
    diagnosis: 'The certificate of {host} was issued for another name.',
    side: 'ours',
    fix: 'Check the spelling of {settings}; a gateway or a parked domain may be answering in its place.',
    howToTell: 'Compare the names below with the base URL.',
    question: null,
  },
  clock_skew: {
    diagnosis:
      'The clocks of this machine and of {vendor} are {seconds} s apart; signatures and links fail beyond 300 s.',
    side: 'ours',
    fix: 'Let this machine keep its time by NTP. If it is right, {vendor} is wrong: send the ticket.',
    howToTell: 'Compare the clock of this machine with a time service.',
    question: 'Is the clock of {host} right? Its Date header differs from ours by {seconds} s.',
  },
  return_not_public: {
    diagnosis: 'The return address {found}, so a player who was at {vendor} cannot come back to it.',
    side: 'ours',
    fix: 'Set APP_URL to the public https origin of this app, {returnExample}; on a developer machine use the sandbox or a tunnel with an https name.',
    howToTell: 'Open the address on a phone that is not in your network.',
    question: null,
  },
  return_not_https: {
    diagnosis: 'The return address is http; {vendor} and browsers ask for https.',
    side: 'ours',
    fix: 'Put a certificate in front of the app and set APP_URL to its https origin.',
    howToTell: 'Look at APP_URL.',
    question: null,
  },
  return_not_listed: {
    diagnosis: '{vendor} took the keys and refused the start: the return address is not on its list.',
    side: 'ours',
    fix: 'Have {vendor} list {returnHost} for these keys; the ticket asks for it.',
    howToTell: 'A complete start is refused while the incomplete one is answered as documented.',
    question: 'Please put {returnHost} on the list of return addresses for these keys.',
  },
  header_not_received: {
    diagnosis:
      'The header {headers} left this server, and {vendor} answers as if it had not: something on the way takes it away.',
    side: 'ours',
    fix: 'Look at every proxy, gateway and firewall between this machine and {host}: {headers} has to pass unchanged.',
    howToTell: 'Send the curl below from outside your network: a proxy of yours is not in its way there.',
    question: null,
  },
  key_refused: {
    diagnosis: '{vendor} refuses the keys. {right}',
    side: 'ours',
    fix: 'Copy {credentials} from the {vendor} dashboard again, or make new ones there.',
    howToTell: 'Make new keys in the dashboard and run the doctor again.',
    question: 'Is this pair active, and is it enabled for {host}?',
  },
  client_inactive: {
    diagnosis: '{vendor} knows the keys and says that the account behind them is switched off.',
    side: 'vendor',
    fix: 'Ask {vendor} to activate the account; the ticket is below.',
    howToTell: 'See in the {vendor} dashboard whether the account or the key is active.',
    question: 'Please activate this account, or tell us what is missing.',
  },
  product_not_enabled: {
    diagnosis: '{vendor} knows the keys and does not let them use this product.',
    side: 'vendor',
    fix: 'Ask {vendor} to enable {product} for this account; the ticket is below.',
    howToTell: 'See in the {vendor} dashboard or in the contract whether {product} is part of the plan.',
    question: 'Please enable {product} for this account, or tell us which plan holds it.',
  },
  out_of_credits: {
    diagnosis: 'The account at {vendor} has no credit left.',
    side: 'ours',
    fix: 'Top up the account in the {vendor} dashboard.',
    howToTell: 'See the balance in the {vendor} dashboard.',
    question: null,
  },
  rate_limited: {
    diagnosis: '{vendor} answers that there were too many calls.',
    side: 'ours',
    fix: 'Wait {wait} and run the doctor again; if it stays, the plan allows fewer calls than this app makes.',
    howToTell: 'Wait and run the doctor again.',
    question: 'Which limit did we meet, and what does our plan allow?',
  },
  vendor_down: {
    diagnosis: '{vendor} is down: {answer}.',
    side: 'vendor',
    fix: 'Nothing is wrong here. Let players use another connection meanwhile; the ticket is below.',
    howToTell: 'Run the doctor again in a few minutes.',
    question: 'Are you aware of an outage, and when do you expect it to end?',
  },
  vendor_answers_html: {
    diagnosis: '{host} answers with a web page ({status}) where the API of {vendor} answers JSON.',
    side: 'unclear',
    fix: 'A gateway, a captive portal or an outage page stands in between: look at your own proxies first, then send the ticket.',
    howToTell: 'Send the curl below from another network.',
    question: 'Does this page come from you? We expected JSON.',
  },
  request_refused: {
    diagnosis: '{vendor} answered {status}, which none of its documents explains.',
    side: 'unclear',
    fix: 'Send the ticket; the vendor may have changed its API.',
    howToTell: 'Send the curl below.',
    question: 'What does this answer mean, and did your API change?',
  },
  webhook_not_configured: {
    diagnosis: 'Webhooks of {vendor} are refused until {setting} is set; results then come by asking only.',
    side: 'ours',
    fix: 'Set {setting} and register {webhookUrl} at {vendor}.',
    howToTell: '',
    question: null,
  },
}

/** `{name}` replaced by what is known; an unknown one stays away, and doubled blanks with it. */
export function fillIn(text: string, words: Readonly<Record<string, string | undefined>>): string {
  return text
    .replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '')
    .replace(/ {2,}/g, ' ')
    .trim()
}
