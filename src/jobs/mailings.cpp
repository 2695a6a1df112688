#include "jobs/mailings.hpp"

#include "comms/digest.hpp"
#include "comms/reader_words.hpp"
#include "comms/send.hpp"

namespace evenkeel::jobs {
namespace {

using comms::Subscription;
using comms::SubscriptionState;

/// What one mail needs; nothing when there is nobody to write to any more.
struct Letter {
  std::shared_ptr<const definitions::Organisation> organisation;
  Subscription to;
  comms::Text text;
  std::string message_id;
  bool leaves = true;  // carries the link to leave
};

Outcome post(Claim& claim, const std::optional<Letter>& letter, const capabilities::Connections& outside, const std::string& public_url,
             const std::function<void(store::Tx&)>& delivered = {}) {
  if (!letter) return {};
  const auto& o = *letter->organisation;
  const auto base = comms::public_base(o, public_url);
  if (base.empty())
    return {Outcome::retry, "links need an address: set public_url in evenkeel.yaml, or start the server with --public-url", {}};
  const auto* connection = definitions::find_connection(o, definitions::Ability::mail);
  if (!connection) return {Outcome::dead, "no connection of kind smtp is defined", {}};
  const auto opened = outside.open(*connection);
  if (!opened) return {Outcome::retry, opened.error().message, {}};
  auto& mailer = *opened->mail;
  auto mail = comms::letter(o, mailer.sender(), letter->text, base, letter->leaves ? &letter->to : nullptr);
  mail.to = {{letter->to.address}};
  mail.date = claim.job.created_at;
  mail.message_id = letter->message_id + "@" + mail.from.address.substr(mail.from.address.find('@') + 1);
  const auto delivery = mailer.send(mail, claim.stop);
  using capabilities::DeliveryEnd;
  if (delivery.end == DeliveryEnd::refused) {
    (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
      comms::bounced(work, letter->to.id, delivery.reason);
      claim.complete(work.tx);
      return {};
    });
    return {};
  }
  if (delivery.end == DeliveryEnd::delivered) {
    if (delivered) claim.engine.database.write(delivered);
    return {};
  }
  return {Outcome::retry, delivery.reason, delivery.retry_after.value_or(Millis{0})};  // the same Message-ID: a receiver sees one
}

}  // namespace

Outcome confirm_subscription(Claim& claim, const comms::ConfirmSubscription& order, const capabilities::Connections& outside,
                             const std::string& public_url) {
  const auto letter = claim.engine.look(member(Member::notes_author), [&](Work& work) -> std::optional<Letter> {
    const auto s = store::one<Subscription>(work.tx, "subscription", "WHERE id = $1 AND state = 'asked'", {order.subscription});
    const auto current = definitions::current(work.tx);
    if (!s || !current) return {};
    const auto link = comms::public_base(**current, public_url) + comms::subscription_path(*s);
    const auto locale = s->locale.empty() ? (*current)->words.locales.front() : s->locale;
    const auto& says = comms::reader_words(locale);
    return Letter{*current,
                  *s,
                  {fmt::format(fmt::runtime(says.confirm_subject), (*current)->public_title),
                   fmt::format(fmt::runtime(says.confirm_body), (*current)->name, link), std::string(says.tag)},
                  s->id + "." + s->secret.substr(0, 8),
                  false};
  });
  return post(claim, letter, outside, public_url);
}

Outcome digest(Claim& claim, const comms::SendDigests& order) {
  const auto sent = claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    TRY(comms::send_digests(work, order.rhythm, order.period));
    claim.complete(work.tx);
    return {};
  });
  return sent ? Outcome{} : Outcome{Outcome::dead, sent.error().message, {}};
}

Outcome digest_mail(Claim& claim, const comms::DigestMail& order, const capabilities::Connections& outside, const std::string& public_url) {
  const auto letter = claim.engine.look(member(Member::notes_author), [&](Work& work) -> std::optional<Letter> {
    const auto s = store::one<Subscription>(work.tx, "subscription", "WHERE id = $1 AND state = 'confirmed'", {order.subscription});
    const auto d = store::one<comms::Digest>(work.tx, "digest", "WHERE id = $1", {order.digest});
    const auto current = definitions::current(work.tx);
    if (!s || !d || !current) return {};
    comms::Text text{d->title, d->body, (*current)->words.locales.front()};
    work.tx.exec("SELECT title, body FROM digest_text WHERE id = $1", {d->id + "/" + s->locale},
                 [&](const store::Row& row) { text = {row.text(0), row.text(1), s->locale}; });
    return Letter{*current, *s, std::move(text), d->id + "." + s->id, true};
  });
  return post(claim, letter, outside, public_url, [&](store::Tx& tx) {
    tx.exec("INSERT INTO digest_mailing (id, digest_id, subscription_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
            {order.digest + "/" + order.subscription, order.digest, order.subscription, to_millis(claim.engine.clock.now())});
  });
}

}  // namespace evenkeel::jobs
