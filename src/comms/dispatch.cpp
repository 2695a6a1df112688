// From the plan to the outbox, and from the outbox back to the plan.
#include "changelog/image.hpp"
#include "changelog/translation.hpp"
#include "comms/comms.hpp"
#include "comms/events.hpp"
#include "comms/jobs.hpp"
#include "comms/reader_words.hpp"
#include "comms/status.hpp"
#include "markdown/literal.hpp"
#include "planning/find.hpp"

namespace evenkeel::comms {
namespace {

using changelog::NoteAudience;
using planning::Release;
using planning::ReleaseOutcome;
using planning::Stage;

constexpr const char* rolled_back_words = "nothing for you, because the release was rolled back";
constexpr const char* withdrawn_words = "nothing for you, because the announcement was taken back";
constexpr const char* word_instead = "the word on taking it back is sent instead";

NoteAudience note_for(const definitions::Organisation& o, const Communication& row) {
  return is_internal(o, row.audience) ? NoteAudience::internal : NoteAudience::customers;
}

/// What a release that is taken back owes instead of the notes: a word to insiders over each of their channels, a correction wherever
/// something went out.
void plan_words_back(Work& work, const Release& release, const definitions::Organisation& o, const std::vector<Communication>& rows) {
  const auto word = release.outcome == ReleaseOutcome::rolled_back ? CommunicationKind::status_rollback : CommunicationKind::withdrawal;
  std::int64_t position = std::int64_t(rows.size());
  const auto add = [&](CommunicationKind kind, const std::string& audience, const std::string& channel) {
    const Communication row{
        .id = work.new_id("com"), .release_id = release.id, .kind = kind, .audience = audience, .channel = channel, .position = position};
    position += store::insert(work.tx, "communication", row, "ON CONFLICT (release_id, kind, audience, channel) DO NOTHING");
  };
  for (const auto& row : rows)
    if (row.kind == CommunicationKind::notes && is_internal(o, row.audience)) add(word, row.audience, row.channel);
  for (const auto& row : rows)
    if (row.state == CommunicationState::delivered &&
        (row.kind == CommunicationKind::notes || row.kind == CommunicationKind::changelog_file) && !is_internal(o, row.audience))
      add(CommunicationKind::correction, row.audience, row.channel);
}

std::string components_list(store::Tx& tx, const Release& release, bool rolled_back) {
  std::string out;
  for (const auto& c : planning::components_of(tx, release.id)) {
    const auto before = c.from_version.empty() ? std::string("the version before") : c.from_version;
    out += rolled_back ? fmt::format("- {}: {} instead of {}\n", c.service, before, c.version)
                       : fmt::format("- {} {}\n", c.service, c.version);
  }
  return out;
}

std::string title_of(const definitions::Organisation& o, const Release& release) {
  return fmt::format("{} {}{}", o.name, release.version, changelog::title_behind(release.version, release.title));
}

std::string with_values(const std::string& text, const definitions::Organisation& o, const Release& release,
                        const std::string& components) {
  auto out = changelog::with_variables(
      text,
      {{"organisation", markdown::of_plain(o.name)}, {"area", release.area}, {"version", release.version}, {"components", components}});
  return out.ends_with('\n') ? out : out + "\n";
}

/// What those who were told read of a release that is taken back.
Message correction_in(const definitions::Organisation& o, const Release& release, const std::string& components, std::string_view locale) {
  const auto& says = reader_words(locale);
  const auto body = with_values(o.words.taken_back.empty() ? std::string(says.taken_back) : o.words.taken_back, o, release, components);
  return {fmt::format(fmt::runtime(says.correction), title_of(o, release)), body, changelog::meaning_hash(body)};
}

/// What insiders, or those who were told, read of a release that is taken back.
Message words_back(store::Tx& tx, const definitions::Organisation& o, const Release& release, const Communication& row,
                   const std::string& title) {
  const bool rolled_back = release.outcome == ReleaseOutcome::rolled_back;
  const auto components = components_list(tx, release, rolled_back);
  const auto& w = o.words;
  std::string subject, body;
  if (row.kind == CommunicationKind::correction) return correction_in(o, release, components, o.words.locales.front());
  if (row.kind == CommunicationKind::status_rollback) {
    subject = title + " was rolled back";
    body = w.insiders_rollback.empty() ? "Release ${version} of area ${area} was rolled back. The old versions are back:\n\n${components}\n"
                                         "Customers get no announcement; who had one gets a correction. A retrospective follows."
                                       : w.insiders_rollback;
  } else {
    subject = title + ": the announcement is taken back";
    body = w.insiders_withdrawal.empty() ? "What was announced for release ${version} of area ${area} is taken back:\n\n${components}\n"
                                           "Whoever was told gets a correction after you."
                                         : w.insiders_withdrawal;
    if (const auto reason = tx.value("SELECT reason_text FROM withdrawal WHERE release_id = $1", {release.id}))
      body += fmt::format("\n\nReason: {}", markdown::of_plain(ledger::read_text(tx, std::get<std::string>(*reason))));
  }
  body = with_values(body, o, release, components);
  return {subject, body, changelog::meaning_hash(body)};
}

/// "flag new_search on flags is off; words for customers wait until it is on"
std::string waiting_words(const std::vector<changelog::LaunchFlag>& dark) {
  std::string out;
  for (const auto& f : dark)
    out += fmt::format("{}flag {} on {} reads {}{}", out.empty() ? "" : ", ", f.flag, f.platform, json::enum_text(f.state),
                       f.problem.empty() ? "" : " (" + f.problem + ")");
  return out + "; words for customers wait until it is on";
}

bool is_text_of_the_release(const Communication& row) {
  return row.kind == CommunicationKind::notes || row.kind == CommunicationKind::changelog_file;
}

/// One row to the outbox, if its way is open. The key names the text: a later, newly approved text is another job.
void send_out(Work& work, const Release& release, const definitions::Organisation& o, const std::vector<Communication>& rows,
              Communication row) {
  const auto wait = not_yet(o, rows, row, work.now);
  if (wait && !wait->until) return;
  const auto message = message_of(work.tx, release, row);
  if (!message) return;  // its note waits for its approval, which calls again
  if (!is_internal(o, row.audience)) {
    changelog::publish_images(work, message->body);
    for (const auto& [locale, text] : messages_in_locales(work.tx, release, row, *message)) changelog::publish_images(work, text.body);
  }
  row.due_at = wait ? *wait->until : work.now;
  row.state = CommunicationState::sending;
  row.job_id =
      enqueue(work, Deliver{row.id},
              {.at = *row.due_at, .key = fmt::format("deliver:{}:{}", row.id, message->body_hash.substr(0, 16)), .release = release.id});
  store::update(work.tx, "communication", row);
  record(work,
         CommunicationSentOut{
             .kind_ = row.kind, .audience = row.audience, .channel = row.channel, .text_hash = message->body_hash, .due = *row.due_at},
         {.subject = row.id, .release = release.id});
}

/// The text as it is published, with the dates that came before.
void show_to_the_public(Work& work, const Release& release, const std::string& publication, const Message& message) {
  const auto launch = launch_of(work.tx, release);
  work.tx.exec(
      "INSERT INTO public_note (id, release_id, version, title, body, published_at, area, deployed_at, switched_on_at) VALUES ($1, $2, $3, "
      "$4, $5, $6, $7, $8, $9)",
      {publication, release.id, release.version, release.title, message.body, to_millis(work.now), release.area,
       store::to_column(launch.deployed_at), store::to_column(launch.switched_on_at)});
  publish_translations(work, release.id);
}

}  // namespace

Result<void> plan_again(Work& work, Communication row) {
  row.state = CommunicationState::planned;
  store::update(work.tx, "communication", row);
  return dispatch(work, row.release_id);
}

Result<void> dispatch(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  if (release.stage < Stage::communication) return {};
  const auto& owed = planning::owes(release.outcome);
  work.tx.lock("release", release.id);
  const auto o = planning::organisation_of(work.tx, release);
  auto rows = communications_of(work.tx, release.id);
  const bool rolled_back = release.outcome == ReleaseOutcome::rolled_back;
  if (rolled_back || is_withdrawn(work.tx, release.id)) {
    plan_words_back(work, release, *o, rows);
    for (const auto& row : rows)
      if (is_text_of_the_release(row) && row.state == CommunicationState::planned)
        record_not_needed(work, row, is_internal(*o, row.audience) ? word_instead : rolled_back ? rolled_back_words : withdrawn_words);
  } else if (!owed.internal_word && !owed.customer_notes)
    return {};
  rows = communications_of(work.tx, release.id);
  for (const auto& row : rows)
    if (row.state == CommunicationState::planned) send_out(work, release, *o, rows, row);
  return {};
}

Result<Communication> skip(Work& work, const Skip& command) {
  auto row = find_communication(work.tx, command.communication);
  if (!row) return not_found("there is no communication " + command.communication);
  const auto release = TRY(planning::find_release(work.tx, row->release_id));
  const auto o = planning::organisation_of(work.tx, release);
  const bool insiders = is_internal(*o, row->audience);
  TRY(work.require(insiders ? std::vector{Role::coordinator} : std::vector{Role::author, Role::coordinator}, release.area,
                   "leaving a communication out"));
  if (command.because.empty()) return invalid("say why: \"nothing for you, because ...\"", "because");
  if (row->state == CommunicationState::delivered || row->state == CommunicationState::sending)
    return conflict(fmt::format("{} over {} is {}", json::enum_text(row->kind), row->channel, json::enum_text(row->state)));
  if (insiders && row->state != CommunicationState::failed)
    return conflict(
        fmt::format("{} hear before customers do; their word can be left out only when its delivery has failed", row->audience));
  record_not_needed(work, *row, command.because);
  return *find_communication(work.tx, row->id);
}

Result<Message> message_of(store::Tx& tx, const Release& release, const Communication& row) {
  const auto o = planning::organisation_of(tx, release);
  const auto title = title_of(*o, release);
  if (row.kind == CommunicationKind::notes || row.kind == CommunicationKind::changelog_file) {
    const auto audience = note_for(*o, row);
    const auto note = changelog::find_note(tx, release.id, audience);
    if (!note) return conflict(fmt::format("release {} has no {} note", release.version, json::enum_text(audience)));
    if (!changelog::approval_of(tx, *note))
      return conflict(fmt::format("the {} note of {} is not approved as it stands", json::enum_text(audience), release.version));
    if (audience == NoteAudience::customers)
      if (const auto dark = changelog::dark_flags(tx, release); !dark.empty()) return conflict(waiting_words(dark));
    return Message{fmt::format("{}{}", title, audience == NoteAudience::internal ? " (internal)" : ""),
                   changelog::without_marks(note->body), note->body_hash};
  }
  return words_back(tx, *o, release, row, title);
}

std::map<std::string, Message> messages_in_locales(store::Tx& tx, const Release& release, const Communication& row,
                                                   const Message& message) {
  const auto o = planning::organisation_of(tx, release);
  std::map<std::string, Message> out;
  if (row.kind == CommunicationKind::notes && !is_internal(*o, row.audience))
    for (const auto& t : changelog::approved_translations(tx, release.id, message.body_hash))
      out[t.locale] = {message.subject, changelog::without_marks(t.body), t.body_hash};
  if (row.kind == CommunicationKind::correction && o->words.taken_back.empty())
    for (const auto& locale : o->words.locales)
      if (locale != o->words.locales.front() && &reader_words(locale) != &reader_words(o->words.locales.front()))
        out[locale] = correction_in(*o, release, components_list(tx, release, release.outcome == ReleaseOutcome::rolled_back), locale);
  return out;
}

void record_delivery(Work& work, const Release& release, Communication row, const Message& message, const std::string& receipt) {
  row.state = CommunicationState::delivered;
  row.delivered_at = work.now;
  store::update(work.tx, "communication", row);
  const Publication p{work.new_id("pub"), release.id, row.id, row.channel, row.audience, message.body_hash, receipt, work.now};
  store::insert(work.tx, "publication", p);
  const auto o = planning::organisation_of(work.tx, release);
  const auto* channel = definitions::find_channel(*o, row.channel);
  const auto note = row.kind == CommunicationKind::notes ? changelog::find_note(work.tx, release.id, note_for(*o, row)) : std::nullopt;
  if (note && note->state == changelog::NoteState::draft) { changelog::publish_note(work, release, *note); }
  if (row.kind == CommunicationKind::correction) { changelog::withdraw_note(work, release); }
  if (channel && channel->kind == definitions::ChannelKind::public_page) {
    if (row.kind == CommunicationKind::correction)
      work.tx.exec("UPDATE public_note SET withdrawn_at = $2, withdrawn_words = $3 WHERE release_id = $1 AND withdrawn_at IS NULL",
                   {release.id, to_millis(work.now), message.body});
    else if (row.kind == CommunicationKind::notes && !is_internal(*o, row.audience) &&
             work.tx.integer("SELECT count(*) FROM public_note WHERE release_id = $1", {release.id}) == 0)
      show_to_the_public(work, release, p.id, message);
  }
  record(work,
         CommunicationDelivered{.kind_ = row.kind,
                                .audience = row.audience,
                                .channel = row.channel,
                                .text_hash = message.body_hash,
                                .body_sha256 = to_hex(sha256(message.body))},
         {.subject = row.id, .release = release.id, .seals = {{"publication", p.id}}});
}

void publish_translations(Work& work, const ReleaseId& release_id) {
  std::vector<std::pair<std::string, std::string>> published;  // public note, wording
  work.tx.exec("SELECT n.id, p.body_hash FROM public_note n JOIN publication p ON p.id = n.id WHERE n.release_id = $1", {release_id},
               [&](const store::Row& row) { published.emplace_back(row.text(0), row.text(1)); });
  for (const auto& [id, hash] : published)
    for (const auto& t : changelog::approved_translations(work.tx, release_id, hash)) {
      changelog::publish_images(work, t.body);
      work.tx.exec(
          "INSERT INTO public_note_text (id, public_note_id, locale, body, published_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO "
          "UPDATE SET body = excluded.body, published_at = excluded.published_at",
          {id + "/" + t.locale, id, t.locale, changelog::without_marks(t.body), to_millis(work.now)});
    }
}

void record_failure(Work& work, Communication row, const std::string& reason) {
  row.state = CommunicationState::failed;
  store::update(work.tx, "communication", row);
  work.write_text("reason", reason);
  record(work, CommunicationFailed{.audience = row.audience, .channel = row.channel}, {.subject = row.id, .release = row.release_id});
}

void record_not_needed(Work& work, Communication row, const std::string& because) {
  row.state = CommunicationState::not_needed;
  row.nothing_because = because;
  store::update(work.tx, "communication", row);
  work.write_text("because", because);
  record(work, CommunicationNotNeeded{.audience = row.audience, .channel = row.channel}, {.subject = row.id, .release = row.release_id});
}

planning::Gates comms_gates() {
  using planning::Finding;
  using planning::GateVerdict;
  return {
      {"communications_ready", Stage::go_no_go, true, "Is it settled who is told, over which channel, with which words?",
       [](store::Tx& tx, const Release& r, SysTime) -> Finding {
         const auto o = planning::organisation_of(tx, r);
         std::size_t audiences = 0, insiders = 0;
         for (const auto& a : o->audiences)
           audiences += !a.channels.empty(), insiders += !a.channels.empty() && a.kind == definitions::AudienceKind::internal;
         const std::string limit = "an audience with a channel, and drafted notes";
         if (audiences == 0)
           return {GateVerdict::fail,
                   "nobody is told: no audience has a channel",
                   limit,
                   "",
                   "add `audiences:` and `channels:` to evenkeel.yaml and apply it",
                   "author"};
         for (const auto audience : {NoteAudience::customers, NoteAudience::internal})
           if (!changelog::find_note(tx, r.id, audience))
             return {GateVerdict::fail,
                     fmt::format("the {} note is not drafted", json::enum_text(audience)),
                     limit,
                     "",
                     fmt::format("`evenkeel notes draft {}`", planning::called(r)),
                     "author"};
         return planning::passed(fmt::format("{} audiences, {} of them internal; notes drafted", audiences, insiders), limit);
       }},
      {"communications_done", Stage::communication, false, "Has everybody been told, or is it said why not?",
       [](store::Tx& tx, const Release& r, SysTime now) -> Finding {
         const auto rows = communications_of(tx, r.id);
         const std::string limit = "every communication delivered, or not needed with a reason";
         const auto o = planning::organisation_of(tx, r);
         for (const auto& s : status_of_release(tx, r.id))
           if (is_undone(s))
             return {GateVerdict::fail,
                     fmt::format("status update {} to {} over {}: {}", json::enum_text(s.moment), s.audience, s.channel,
                                 json::enum_text(s.state)),
                     limit,
                     s.id,
                     s.state == CommunicationState::failed
                         ? fmt::format("see why and try again: `evenkeel jobs retry {}`, or leave it out: `evenkeel comms skip-status {}`",
                                       s.job_id, s.id)
                         : "it is on its way",
                     "author, on_call"};
         if (rows.empty() && o->channels.empty()) return planning::passed("nobody to tell: no channel is defined", limit);
         if (rows.empty())
           return {GateVerdict::unknown, "no communication is planned", limit, "", "they are planned by themselves at go", "author"};
         std::string open, next, evidence, who = "author";
         std::size_t delivered = 0;
         for (const auto& row : rows) {
           if (row.state == CommunicationState::delivered) ++delivered;
           if (row.state == CommunicationState::delivered || row.state == CommunicationState::not_needed) continue;
           open += fmt::format("{}{} to {} over {}: {}", open.empty() ? "" : "; ", json::enum_text(row.kind),
                               row.audience.empty() ? "everybody" : row.audience, row.channel, json::enum_text(row.state));
           if (!next.empty()) continue;
           evidence = row.id;
           if (row.state == CommunicationState::failed)
             next = fmt::format("see why and try again: `evenkeel jobs retry {}`", row.job_id);
           else if (const auto wait = not_yet(*o, rows, row, now))
             next = "wait: " + wait->because;
           else if (const auto m = message_of(tx, r, row); !m)
             next = m.error().message;
           else
             next = "it is on its way";
         }
         if (open.empty())
           return planning::passed(fmt::format("{} of {} delivered, the rest not needed with a reason", delivered, rows.size()), limit);
         return {GateVerdict::fail, open, limit, evidence, next, who};
       }},
  };
}

}  // namespace evenkeel::comms
