#include "comms/subscription.hpp"

#include "capabilities/mail.hpp"
#include "comms/digest.hpp"
#include "comms/events.hpp"
#include "comms/jobs.hpp"

namespace evenkeel::comms {
namespace {

constexpr auto one_mail_an = std::chrono::hours{1};
constexpr auto forgotten_after = std::chrono::hours{24 * 7};  // an ask that nobody confirmed
constexpr std::int64_t most_asks_an_hour = 500;
constexpr std::int64_t soft_bounces_that_end = 3;

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}
std::string hash_of(const std::string& address) { return to_hex(sha256("evenkeel address\n" + lowered(address))); }

/// Empty for the language that notes are written in. Error: invalid.
Result<std::string> further_locale(const definitions::Organisation& o, const std::string& wanted) {
  const auto& all = o.words.locales;
  if (wanted.empty() || wanted == all.front()) return std::string();
  if (std::find(all.begin(), all.end(), wanted) == all.end()) return invalid(fmt::format("there are no notes in '{}'", wanted), "locale");
  return wanted;
}

template <class E>
void end(Work& work, Subscription& s, const std::string& because) {
  s.state = SubscriptionState::ended;
  s.ended_at = work.now;
  s.ended_because = because;
  s.address.clear();
  store::update(work.tx, "subscription", s);
  record(work, E{.audience = s.audience, .because = because}, {.subject = s.id});
}

}  // namespace

std::string subscription_path(const Subscription& s) { return "/changelog/subscriptions/" + s.id + "/" + s.secret; }

Result<void> subscribe(Work& work, const Subscribe& command) {
  const auto current = definitions::current(work.tx);
  if (!current) return unavailable("no organisation is set up here yet");
  const auto& o = **current;
  if (!capabilities::is_address(command.address)) return invalid("that is not an e-mail address", "address");
  if (!definitions::find_connection(o, definitions::Ability::mail)) return unavailable("mail is not set up here; use a feed instead");
  Subscription fresh{
      .address = command.address, .address_hash = hash_of(command.address), .areas = command.areas, .rhythm = command.rhythm};
  fresh.locale = TRY(further_locale(o, command.locale));
  std::sort(fresh.areas.begin(), fresh.areas.end());
  for (const auto& a : o.audiences)
    if (a.kind == definitions::AudienceKind::customers && (command.audience.empty() ? fresh.audience.empty() : a.name == command.audience))
      fresh.audience = a.name;
  if (fresh.audience.empty()) return invalid(fmt::format("there is no public audience '{}'", command.audience), "audience");
  for (const auto& area : command.areas)
    if (std::none_of(o.areas.begin(), o.areas.end(), [&](const auto& a) { return a.name == area; }))
      return invalid(fmt::format("there is no product area '{}'", area), "areas");
  work.tx.exec("DELETE FROM subscription WHERE state = 'asked' AND asked_at < $1", {to_millis(work.now - forgotten_after)});
  if (work.tx.integer("SELECT count(*) FROM subscription WHERE asked_at > $1", {to_millis(work.now - one_mail_an)}) >= most_asks_an_hour)
    return unavailable("too many people subscribe just now; try again in an hour");
  auto known =
      store::one<Subscription>(work.tx, "subscription", "WHERE address_hash = $1 AND audience = $2", {fresh.address_hash, fresh.audience});
  if (known && known->state == SubscriptionState::confirmed) return {};  // the answer must not tell who is subscribed
  if (known && known->asked_at > work.now - one_mail_an && known->state == SubscriptionState::asked) return {};
  fresh.id = known ? known->id : work.new_id("sub");
  fresh.secret = to_hex(random_bytes(16));
  fresh.asked_at = work.now;
  if (known)
    store::update(work.tx, "subscription", fresh);
  else
    store::insert(work.tx, "subscription", fresh);
  enqueue(work, ConfirmSubscription{fresh.id},
          {.at = work.now, .key = "confirm_subscription:" + fresh.id + ":" + fresh.secret.substr(0, 8)});
  record(work, SubscriptionAsked{.audience = fresh.audience, .rhythm = fresh.rhythm}, {.subject = fresh.id});
  return {};
}

Result<Subscription> find_subscription(store::Tx& tx, const std::string& id, const std::string& secret) {
  auto s = store::one<Subscription>(tx, "subscription", "WHERE id = $1", {id});
  if (!s || !equal_secret(s->secret, secret)) return not_found("this link is not valid any more; subscribe again at /changelog/subscribe");
  return std::move(*s);
}

Result<Subscription> confirm_subscription(Work& work, const std::string& id, const std::string& secret) {
  auto s = TRY(find_subscription(work.tx, id, secret));
  if (s.state == SubscriptionState::ended) return conflict("this subscription has ended; subscribe again at /changelog/subscribe");
  if (s.state == SubscriptionState::confirmed) return s;
  s.state = SubscriptionState::confirmed;
  s.confirmed_at = work.now;
  store::update(work.tx, "subscription", s);
  record(work, SubscriptionConfirmed{.audience = s.audience}, {.subject = s.id});
  plan_next_digest(work, s.rhythm);
  return s;
}

Result<Subscription> end_subscription(Work& work, const std::string& id, const std::string& secret) {
  auto s = TRY(find_subscription(work.tx, id, secret));
  if (s.state != SubscriptionState::ended) end<SubscriptionEnded>(work, s, "unsubscribed");
  return s;
}

Result<Subscription> change_preference(Work& work, const std::string& id, const std::string& secret, const Preference& wanted) {
  auto s = TRY(find_subscription(work.tx, id, secret));
  if (s.state != SubscriptionState::confirmed) return conflict("this subscription is not confirmed");
  const auto current = definitions::current(work.tx);
  const auto locale = current ? TRY(further_locale(**current, wanted.locale)) : std::string();
  if (s.rhythm == wanted.rhythm && s.locale == locale) return s;
  s.rhythm = wanted.rhythm;
  s.locale = locale;
  store::update(work.tx, "subscription", s);
  record(work, SubscriptionChanged{.rhythm = s.rhythm, .locale = s.locale}, {.subject = s.id});
  plan_next_digest(work, s.rhythm);
  return s;
}

Result<void> record_bounce(Work& work, const Bounce& command) {
  TRY(work.require({Role::author, Role::admin}, "*", "recording a bounce"));
  for (auto& s :
       store::all<Subscription>(work.tx, "subscription", "WHERE address_hash = $1 AND state <> 'ended'", {hash_of(command.address)})) {
    ++s.soft_bounces;
    if (command.permanent || s.soft_bounces >= soft_bounces_that_end)
      end<SubscriptionBounced>(work, s, "bounced");
    else
      store::update(work.tx, "subscription", s);
  }
  return {};
}

void bounced(Work& work, const std::string& subscription_id, const std::string& reason) {
  auto s = store::one<Subscription>(work.tx, "subscription", "WHERE id = $1 AND state <> 'ended'", {subscription_id});
  if (!s) return;
  work.write_text("reason", reason);
  end<SubscriptionBounced>(work, *s, "bounced");
}

Result<std::vector<Bounce>> read_bounces(std::string_view mail) {
  std::vector<Bounce> out;
  std::string recipient;
  for (std::size_t from = 0; from < mail.size();) {
    const auto end_of_line = std::min(mail.find('\n', from), mail.size());
    const auto line = mail.substr(from, end_of_line - from);
    from = end_of_line + 1;
    const auto value = [&](std::string_view name) -> std::optional<std::string> {
      if (line.size() <= name.size() || lowered(std::string(line.substr(0, name.size()))) != name) return {};
      auto text = std::string(line.substr(name.size()));
      if (const auto kind = text.find(';'); kind != std::string::npos) text.erase(0, kind + 1);
      text.erase(0, text.find_first_not_of(" \t<"));
      text.erase(text.find_last_not_of(" \t\r>") + 1);
      return text;
    };
    if (auto r = value("final-recipient:")) recipient = std::move(*r);
    if (const auto status = value("status:"); status && !recipient.empty() && !status->starts_with('2')) {
      if (capabilities::is_address(recipient)) out.push_back({recipient, status->starts_with('5')});
      recipient.clear();
    }
  }
  if (out.empty()) return invalid("this is no delivery status notification (RFC 3464): it names no Final-Recipient with a Status", "body");
  return out;
}

std::vector<Subscription> subscribers_of(store::Tx& tx, const std::string& audience, const std::string& area, Rhythm rhythm) {
  auto all = store::all<Subscription>(tx, "subscription", "WHERE state = 'confirmed' AND audience = $1 AND rhythm = $2 ORDER BY id",
                                      {audience, std::string(json::enum_text(rhythm))});
  std::erase_if(all, [&](const Subscription& s) {
    return !area.empty() && !s.areas.empty() && std::find(s.areas.begin(), s.areas.end(), area) == s.areas.end();
  });
  return all;
}

std::vector<SubscriberCount> subscriber_counts(store::Tx& tx) {
  std::vector<SubscriberCount> out;
  tx.exec(
      "SELECT audience, rhythm, count(CASE WHEN state = 'confirmed' THEN 1 END), count(CASE WHEN state = 'asked' THEN 1 END), "
      "count(CASE WHEN state = 'ended' THEN 1 END), count(CASE WHEN ended_because = 'bounced' THEN 1 END) FROM subscription GROUP BY "
      "audience, rhythm ORDER BY audience, rhythm",
      {}, [&](const store::Row& row) {
        out.push_back(
            {row.text(0), json::enum_from<Rhythm>(row.text(1)).value(), row.integer(2), row.integer(3), row.integer(4), row.integer(5)});
      });
  return out;
}

}  // namespace evenkeel::comms
