#include "jobs/tell_awaited.hpp"

#include <fmt/chrono.h>

#include "accounts/accounts.hpp"
#include "base/zone.hpp"
#include "comms/send.hpp"
#include "jobs/hand_over.hpp"
#include "jobs/outcome.hpp"
#include "markdown/literal.hpp"
#include "planning/events.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::jobs {
namespace {

using definitions::Organisation;
using views::AwaitedItem;

constexpr Millis a_minute = std::chrono::minutes{1};

/// What one person hears of in one mail.
struct Line {
  const AwaitedItem* item;
  Level level;
  SysTime since;
};
using Letters = std::map<std::string, std::vector<Line>>;  // by login

const definitions::ChannelDef* chat_of(const Organisation& o, const std::string& area) {
  const auto* def = definitions::find_area(o, area);
  return def && !def->chat.empty() ? definitions::find_channel(o, def->chat) : nullptr;
}
bool tells(const Organisation& o) {
  return o.escalation.mail || std::ranges::any_of(o.areas, [](const definitions::AreaDef& a) { return !a.chat.empty(); });
}

std::string thing_of(const AwaitedItem& item) { return views::thing_of(item.area, item.version); }

/// "Thu 05 Mar 14:00", on the organisation's wall.
std::string local(SysTime t, const Organisation& o) {
  return fmt::format("{:%a %d %b %H:%M}",
                     std::chrono::sys_seconds{std::chrono::floor<std::chrono::seconds>(on_the_wall(t, o.zone).time_since_epoch())});
}

std::string subject_of(const std::vector<Line>& lines) {
  const auto& first = lines.front();
  const auto worst = std::ranges::max(lines, {}, &Line::level).level;
  const auto* mark = worst >= Level::owners ? "Still open: " : worst == Level::reminded ? "Reminder: " : "";
  if (lines.size() == 1) return fmt::format("{}{}: {}", mark, thing_of(*first.item), first.item->what);
  std::set<std::string> things;
  for (const auto& line : lines) things.insert(thing_of(*line.item));
  return fmt::format("{}{} things wait in {}", mark, lines.size(), fmt::join(things, ", "));
}

std::string line_text(store::Tx& tx, const Line& line, const Organisation& o, const std::string& url) {
  const auto& item = *line.item;
  auto out = fmt::format("- **{}**: {}", thing_of(item), markdown::of_plain(item.what));
  if (item.due) out += fmt::format(" (by {})", local(*item.due, o));
  if (line.level >= Level::owners) {
    std::vector<std::string> names;
    for (const auto& login : item.people)
      if (const auto person = accounts::find_person(tx, login)) names.push_back(person->name);
    out += fmt::format("\n  It has waited for {} since {}.",
                       markdown::of_plain(names.empty() ? item.needs : fmt::format("{}", fmt::join(names, ", "))), local(line.since, o));
  }
  if (!item.note.empty()) out += fmt::format("\n  {}.", markdown::of_plain(item.note));
  if (!item.command.empty()) out += fmt::format("\n  `{}`", item.command);
  if (!url.empty() && !item.release_id.empty()) out += fmt::format("\n  {}/releases/{}", url, item.release_id);
  return out + "\n";
}

/// Who hears of it at this level, beside who is asked.
std::vector<std::string> hearers(store::Tx& tx, const Organisation& o, const AwaitedItem& item, Level level) {
  if (level < Level::owners) return item.people;
  auto out = planning::holders_of(tx, o, {Role::engineering_lead}, item.area);
  if (level == Level::further) out = planning::holders_of(tx, o, {Role::product, Role::leadership}, item.area);
  if (const auto* service = definitions::find_service(o, item.subject); service && level == Level::owners && !service->deputy.empty())
    out.push_back(service->deputy);
  const auto release = item.release_id.empty() ? Result<planning::Release>(not_found("")) : planning::find_release(tx, item.release_id);
  const auto owner = release ? accounts::person_by_id(tx, release->owner) : std::nullopt;
  if (owner && level == Level::owners) out.push_back(owner->login);
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

class Round {
 public:
  Round(Work& work, const Organisation& o) : work_(work), o_(o), quiet_(is_quiet(o.escalation, o.zone, work.now)) {
    for (auto& row : store::all<AwaitedNotice>(work.tx, "awaited", "WHERE closed_at IS NULL")) open_.emplace(row.id, std::move(row));
  }

  void look_at(const AwaitedItem& item) {
    const auto known = open_.find(item.key);
    const bool due = item.due && *item.due <= work_.now;
    if (quiet_ && !due) {
      if (known != open_.end()) open_.erase(known);  // it waits still: nothing to close
      return;
    }
    if (known == open_.end()) return tell_first(item);
    auto row = std::move(known->second);
    open_.erase(known);
    tell_who_is_new(item, row);
    climb(item, row);
  }

  /// What waits no more; then the letters.
  Letters finish() {
    for (auto& [id, row] : open_) {
      row.closed_at = work_.now;
      store::update(work_.tx, "awaited", row);
    }
    return std::move(letters_);
  }

 private:
  void tell(const AwaitedItem& item, const std::vector<std::string>& people, Level level, SysTime since) {
    for (const auto& login : people) letters_[login].push_back({&item, level, since});
  }

  void tell_first(const AwaitedItem& item) {
    const AwaitedNotice row{item.key, item.release_id, item.act, item.what, item.people, work_.now};
    work_.tx.exec("DELETE FROM awaited WHERE id = $1", {row.id});  // it waited once before
    store::insert(work_.tx, "awaited", row);
    tell(item, item.people, Level::told, work_.now);
  }

  void tell_who_is_new(const AwaitedItem& item, AwaitedNotice& row) {
    std::vector<std::string> added;
    for (const auto& login : item.people)
      if (std::ranges::find(row.told_to, login) == row.told_to.end()) added.push_back(login);
    if (added.empty()) return;
    row.told_to.insert(row.told_to.end(), added.begin(), added.end());
    store::update(work_.tx, "awaited", row);
    tell(item, added, Level::told, row.told_at);
  }

  void climb(const AwaitedItem& item, AwaitedNotice& row) {
    const auto level = level_at({row.told_at, item.due, row.seen_at}, o_.escalation, work_.now);
    if (std::int64_t(level) <= row.level) return;
    row.level = std::int64_t(level);
    store::update(work_.tx, "awaited", row);
    tell(item, hearers(work_.tx, o_, item, level), level, row.told_at);
    if (level >= Level::owners)
      record(work_, planning::AwaitedEscalated{.act = item.act, .gate = item.gate, .level = row.level},
             {.subject = item.key, .release = item.release_id});
  }

  Work& work_;
  const Organisation& o_;
  const bool quiet_;
  std::map<std::string, AwaitedNotice> open_;
  Letters letters_;
};

void send(Work& work, const Letters& letters, const Organisation& o, const std::string& url, const std::string& round) {
  for (const auto& [login, lines] : letters) {
    std::string body;
    for (const auto& line : lines) body += line_text(work.tx, line, o, url);
    body += "\nAll that waits for you: `evenkeel today`" + (url.empty() ? std::string(".\n") : fmt::format(", or {}/\n", url));
    enqueue(work, planning::AwaitedMail{login, subject_of(lines), std::move(body)},
            {.at = work.now, .key = fmt::format("awaited_mail:{}:{}", round, login), .tries = Tries::patient});
  }
}

/// One message for each area with a chat: each thing once, with everybody who hears of it.
void post(Work& work, const Letters& letters, const Organisation& o, const std::string& url, const std::string& round) {
  std::map<const AwaitedItem*, std::vector<std::string>> hear;
  std::map<std::string, std::vector<Line>> of_area;
  for (const auto& [login, theirs] : letters)
    for (const auto& line : theirs) {
      if (!chat_of(o, line.item->area)) continue;
      auto& names = hear[line.item];
      if (names.empty()) of_area[line.item->area].push_back(line);
      names.push_back(planning::name_of_login(o, login));
    }
  for (const auto& [area, lines] : of_area) {
    std::string body;
    for (const auto& line : lines)
      body +=
          line_text(work.tx, line, o, url) + fmt::format("  {}\n", markdown::of_plain(fmt::format("{}", fmt::join(hear[line.item], ", "))));
    enqueue(work, planning::AwaitedChat{area, subject_of(lines), std::move(body)},
            {.at = work.now, .key = fmt::format("awaited_chat:{}:{}", round, area), .tries = Tries::patient});
  }
}

}  // namespace

Result<void> plan_telling(Work& work) {
  const auto o = TRY(definitions::current(work.tx));
  if (!tells(*o)) return {};
  enqueue(work, planning::TellAwaited{}, {.at = work.now, .key = "tell_awaited", .tries = Tries::until_done});
  return {};
}

Outcome tell_awaited(Claim& claim, const views::AwaitedSources& sources, const planning::Gates& gates, const std::string& url) {
  bool goes_on = false;
  const auto done = claim.engine.perform(member(Member::release_coordinator), [&](Work& work) -> Result<void> {
    const auto o = TRY(definitions::current(work.tx));
    goes_on = tells(*o);
    if (!goes_on) return {};
    Round round{work, *o};
    const auto items = views::awaited_items(work.tx, sources, gates, work.now);
    for (const auto& item : items) round.look_at(item);
    const auto letters = round.finish();
    const auto name = fmt::format("{}", to_millis(work.now));
    if (o->escalation.mail) send(work, letters, *o, url, name);
    post(work, letters, *o, url, name);
    tell_hand_overs(work, *o, url);
    return {};
  });
  if (!done) return {Outcome::retry, done.error().message};
  return goes_on ? Outcome{.kind = Outcome::again, .wait = a_minute} : Outcome{};
}

Outcome awaited_mail(Claim& claim, const planning::AwaitedMail& order, const capabilities::Connections& outside) {
  std::shared_ptr<const Organisation> o;
  const auto address = claim.engine.database.read([&](store::Tx& tx) -> std::string {
    o = definitions::current(tx).value_or(nullptr);
    if (!o || !definitions::find_connection(*o, definitions::Ability::mail)) return {};
    const auto person = accounts::find_person(tx, order.person);
    return person && person->active ? person->email : "";
  });
  if (address.empty()) return {};
  const definitions::ChannelDef to{.name = order.person, .kind = definitions::ChannelKind::smtp, .to = {address}};
  const comms::Notice notice{claim.job.id, order.subject, order.body, claim.job.created_at};
  const auto sent = comms::send_notice(*o, to, notice, outside, claim.engine.clock.now(), claim.stop);
  return sent.end == capabilities::DeliveryEnd::delivered ? Outcome{} : outcome_of(sent, to.name);
}

Outcome awaited_chat(Claim& claim, const planning::AwaitedChat& order, const capabilities::Connections& outside) {
  const auto o = claim.engine.database.read([](store::Tx& tx) { return definitions::current(tx).value_or(nullptr); });
  const auto* channel = o ? chat_of(*o, order.area) : nullptr;
  if (!channel) return {};
  const comms::Notice notice{claim.job.id, order.subject, order.body, claim.job.created_at};
  const auto sent = comms::send_notice(*o, *channel, notice, outside, claim.engine.clock.now(), claim.stop);
  return sent.end == capabilities::DeliveryEnd::delivered ? Outcome{} : outcome_of(sent, channel->name);
}

Result<AwaitedNotice> take_awaited(Work& work, const TakeAwaited& command) {
  auto row = store::one<AwaitedNotice>(work.tx, "awaited", "WHERE id = $1 AND closed_at IS NULL", {command.key});
  if (!row) return not_found(fmt::format("nobody was told that '{}' waits; `evenkeel today` says what does", command.key));
  const auto me = accounts::person_by_id(work.tx, work.actor.id);
  if (!me || std::ranges::find(row->told_to, me->login) == row->told_to.end())
    return forbidden(fmt::format("this waits for {}; one of them says that they have it in hand", fmt::join(row->told_to, ", ")));
  if (row->seen_at) return *row;
  row->seen_by = me->id, row->seen_at = work.now;
  store::update(work.tx, "awaited", *row);
  record(work, planning::AwaitedTaken{.act = row->act}, {.subject = row->id, .release = row->release_id});
  return *row;
}

}  // namespace evenkeel::jobs
