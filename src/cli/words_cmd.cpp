// evenkeel entries, notes, comms, retro: what is told to whom, and what is learned.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

const Field release{{"release", "Version, area/version or id", Param::positional, true}};
const Field audience{{"audience", "customers, internal or migration", Param::option, true}};

Result<int> show_entries(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  for (const auto& e : list_of(all))
    args.print(fmt::format("{:<10} {}{}", field(e, "type").empty() ? "-" : field(e, "type"), field(e, "text"),
                           field(e, "not_notable_because").empty() ? "" : "(left out: " + field(e, "not_notable_because") + ")"));
  return 0;
}
Result<int> show_notes(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  for (const auto& n : list_of(all))
    args.print(fmt::format("--- {} ({})\n{}\n", field(n, "audience"), field(n, "approved_by").empty() ? "not approved" : "approved",
                           field(n, "body")));
  return 0;
}
Result<int> show_translations(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  for (const auto& t : list_of(all))
    args.print(fmt::format("--- {} ({}{})\n{}\n", field(t, "locale"), field(t, "approved_by").empty() ? "not approved" : "approved",
                           field(t, "current") == "true" ? "" : ", of an earlier wording", field(t, "body")));
  return 0;
}
Result<int> approved(const Args& args, const json::Value& n) {
  if (!args.json) args.print("Approved: " + field(n, "audience"));
  return 0;
}
Result<int> show_review(const Args& args, const json::Value& r) {
  if (args.json) return 0;
  args.print(fmt::format("{} note, {}\n", field(r, "note.audience"), field(r, "note.approved") == "true" ? "approved" : "not approved"));
  if (!field(r, "approved_before_by").empty()) args.print("Approved before in another wording; what differs:\n");
  for (const auto& part : list_of(r, "since_then")) {
    for (const auto& line : list_of(part, "removed")) args.print(fmt::format("- {}\n", std::string_view(line.as_string())));
    for (const auto& line : list_of(part, "added")) args.print(fmt::format("+ {}\n", std::string_view(line.as_string())));
  }
  if (field(r, "approved_before_by").empty()) args.print(field(r, "note.body"));
  for (const auto& c : list_of(r, "comments"))
    args.print(fmt::format("{} line {}: {}{}\n", field(c, "id"), field(c, "line"), field(c, "comment"),
                           field(c, "resolved_by").empty() ? "" : " (closed)"));
  for (const auto& t : list_of(r, "told")) {
    args.print(fmt::format("{}: {}\n", field(t, "change"), field(t, "text")));
    for (const auto& flag : list_of(t, "flags")) args.print(fmt::format("  flag {}\n", std::string_view(flag.as_string())));
    for (const auto& ticket : list_of(t, "tickets"))
      args.print(fmt::format("  ticket {} {}{}{}\n", field(ticket, "reference"),
                             field(ticket, "read_at").empty() ? "not read yet" : field(ticket, "state"),
                             field(ticket, "title").empty() ? "" : ": " + field(ticket, "title"),
                             field(ticket, "problem").empty() ? "" : " (" + field(ticket, "problem") + ")"));
  }
  return 0;
}
Result<int> show_guides(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  for (const auto& g : list_of(all)) {
    args.print(fmt::format("{} {}\n", field(g, "guide.entry_id"), field(g, "text")));
    for (const auto& m : list_of(g, "missing")) args.print(fmt::format("  lacks {}\n", std::string_view(m.as_string())));
  }
  return 0;
}
Result<int> show_questions(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  for (const auto& q : list_of(all))
    args.print(fmt::format("{} {} (due {}{})\n  {}\n", field(q, "id"), field(q, "question"), short_time(field(q, "due_at")),
                           field(q, "overdue") == "true" ? ", overdue" : "",
                           field(q, "answer").empty() ? "no answer yet" : field(q, "answer")));
  return 0;
}
Result<int> show_comms(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"KIND", "AUDIENCE", "CHANNEL", "STATE", "DUE", "OWNER", "WAITS FOR"}};
  for (const auto& c : list_of(all))
    rows.push_back({field(c, "communication.kind"), field(c, "communication.audience"), field(c, "communication.channel"),
                    field(c, "communication.state"), short_time(field(c, "deadline")) + (field(c, "overdue") == "true" ? " overdue" : ""),
                    field(c, "owner"), field(c, "waits_for")});
  args.print(table(rows));
  return 0;
}
Result<int> show_launch(const Args& args, const json::Value& l) {
  if (args.json) return 0;
  for (const auto& [what, name] : {std::pair{"deployed", "deployed_at"}, {"switched on", "switched_on_at"}, {"announced", "announced_at"}})
    args.print(fmt::format("{:<12} {}", what, short_time(field(l, name))));
  for (const auto& f : list_of(l, "flags"))
    args.print(fmt::format("flag {} on {} reads {}{}", field(f, "flag"), field(f, "platform"), field(f, "state"),
                           field(f, "problem").empty() ? "" : ": " + field(f, "problem")));
  for (const auto& t : list_of(l, "later"))
    args.print(fmt::format("left out: {} ({})", field(t, "text"),
                           !field(t, "told_in").empty()   ? "told with " + field(t, "told_in")
                           : field(t, "on_since").empty() ? "waits for " + field(t, "flag")
                                                          : "on since " + short_time(field(t, "on_since")) + "; the next note tells it"));
  return 0;
}
Result<int> show_status(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"ID", "TURN", "AUDIENCE", "CHANNEL", "STATE", "HAPPENED"}};
  for (const auto& s : list_of(all))
    rows.push_back({field(s, "id"), field(s, "moment"), field(s, "audience"), field(s, "channel"),
                    field(s, "state") + (field(s, "because").empty() ? "" : ": " + field(s, "because")),
                    short_time(field(s, "happened_at"))});
  args.print(table(rows));
  return 0;
}
Result<int> show_proposals(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  for (const auto& p : list_of(all)) {
    args.print(fmt::format("{} {} ({})\n  {}", field(p, "id"), field(p, "state"), field(p, "model"),
                           field(p, "wording").empty() ? field(p, "problem") : field(p, "wording")));
    for (const auto& h : list_of(p, "hints")) args.print(fmt::format("  {}: {}", field(h, "excerpt"), field(h, "message")));
  }
  return 0;
}
Result<int> show_retro(const Args& args, const json::Value& r) {
  if (args.json) return 0;
  args.print(fmt::format("Retrospective {}: {}", field(r, "state"), field(r, "rule")));
  for (const auto& t : list_of(r, "timeline")) args.print(fmt::format("  {}  {}", short_time(field(t, "at")), field(t, "what")));
  for (const auto& f : list_of(r, "factors"))
    args.print("  factor: " + (f.is_string() ? std::string(f.get_string()) : field(f, "sentence")));
  for (const auto& a : list_of(r, "actions"))
    args.print(fmt::format("  action: {} ({}, due {})", field(a, "what"), field(a, "owner"), short_time(field(a, "due_at"))));
  return 0;
}

}  // namespace

std::vector<Command> words_commands() {
  std::vector<Command> list;
  list.push_back(
      remote("entries list", "The release's changelog entries", "GET", "/api/v1/releases/{release}/entries", {release}, show_entries));
  list.push_back(
      remote("entries draft", "Draft entries for changes that have none", "POST", "/api/v1/releases/{release}/entries", {release}, {}));
  list.push_back(remote("entries edit", "Edit an entry's texts or type", "PATCH", "/api/v1/entries/{entry}",
                        {{{"entry", "Id of the entry", Param::positional, true}},
                         {{"type", "added, changed, deprecated, removed, fixed, security"}},
                         {{"text", "The entry's text"}, As::text, "human_text"},
                         {{"customer", "What customers read"}, As::text, "customer_text"},
                         {{"internal", "What insiders read"}, As::text, "internal_text"},
                         {{"migration", "Steps for those affected"}, As::text, "migration_text"},
                         {{"flag", "FLAG@PLATFORM it is dark behind: customers hear of it once that is on"}}},
                        {}));
  list.push_back(remote("entries omit", "Leave a change out of the changelog, with a reason", "POST", "/api/v1/entries/{entry}/not-notable",
                        {{{"entry", "Id of the entry", Param::positional, true}}, {{"because", "Why", Param::option, true}}}, {}));
  const Field entry{{"entry", "Id of the entry", Param::positional, true}};
  list.push_back(remote("entries propose", "Ask a language model for a sentence for customers (off by default)", "POST",
                        "/api/v1/entries/{entry}/proposals", {entry}, {}));
  list.push_back(remote("entries proposals", "Proposed wordings of an entry, and what was sent for each", "GET",
                        "/api/v1/entries/{entry}/proposals", {entry}, show_proposals));
  list.push_back(remote("entries take", "Take a proposed wording over as the entry's text for customers", "POST",
                        "/api/v1/proposals/{proposal}/taking", {{{"proposal", "Id of the proposal", Param::positional, true}}}, {}));
  list.push_back(remote("notes show", "Notes for customers, insiders and migration", "GET", "/api/v1/releases/{release}/notes", {release},
                        show_notes));
  list.push_back(
      remote("notes draft", "Draft the notes from the entries", "POST", "/api/v1/releases/{release}/notes", {release}, show_notes));
  list.push_back(remote("notes edit", "Write a note from a file", "PUT", "/api/v1/releases/{release}/notes/{audience}",
                        {release, audience, {{"file", "Markdown file; - is standard input", Param::option, true}, As::file, "body"}}, {}));
  list.push_back(remote("notes approve", "Approve a note as it stands", "POST", "/api/v1/releases/{release}/notes/{audience}/approval",
                        {release, audience}, approved));
  const Field locale{{"locale", "Language of the text, as in words.locales", Param::option, true}};
  list.push_back(remote("notes translations", "The customers' note in further languages", "GET", "/api/v1/releases/{release}/translations",
                        {release}, show_translations));
  list.push_back(remote("notes translate", "Write the customers' note in another language, from a file", "PUT",
                        "/api/v1/releases/{release}/translations/{locale}",
                        {release, locale, {{"file", "Markdown file; - is standard input", Param::option, true}, As::file, "body"}}, {}));
  list.push_back(remote("notes approve-translation", "Approve a translation as it stands", "POST",
                        "/api/v1/releases/{release}/translations/{locale}/approval", {release, locale}, {}));
  list.push_back(remote("notes review", "A note as its reviewer sees it: what differs since the last approval, and what it stands on",
                        "GET", "/api/v1/releases/{release}/notes/{audience}/review", {release, audience}, show_review));
  list.push_back(remote("notes comment", "Comment on a line of a note", "POST", "/api/v1/releases/{release}/notes/{audience}/comments",
                        {release,
                         audience,
                         {{"comment", "What is wrong or missing", Param::positional, true}},
                         {{"line", "Line of the text, from 1 (default: the whole text)"}, As::integer}},
                        {}));
  list.push_back(remote("notes resolve", "Close a comment", "POST", "/api/v1/note-comments/{comment}/resolution",
                        {{{"comment", "Id of the comment", Param::positional, true}}}, {}));
  list.push_back(remote("image add", "Add a picture for notes: PNG, JPEG, GIF or WebP, at most 2 MiB", "POST", "/api/v1/images",
                        {{{"file", "The picture", Param::positional, true}, As::bytes, "data"}},
                        [](const Args& args, const json::Value& image) -> Result<int> {
                          if (!args.json)
                            args.print(fmt::format("{}\nPut it into a note, and say in the brackets what it shows: {}",
                                                   field(image, "path"), field(image, "markdown")));
                          return 0;
                        }));
  list.push_back(remote("notes read", "Say that you have read the internal note", "POST", "/api/v1/releases/{release}/readings",
                        {release, {{"team", "For which team (default: your role)"}}}, {}));
  list.push_back(remote("notes ask", "Ask about a release or one of its entries; the change's owner answers", "POST",
                        "/api/v1/releases/{release}/questions",
                        {release, {{"question", "The question", Param::positional, true}}, {{"entry", "Id of the entry"}}}, {}));
  list.push_back(remote("notes questions", "Questions and answers on a release", "GET", "/api/v1/releases/{release}/questions", {release},
                        show_questions));
  list.push_back(
      remote("notes answer", "Answer a question", "POST", "/api/v1/questions/{question}/answer",
             {{{"question", "Id of the question", Param::positional, true}}, {{"answer", "The answer", Param::positional, true}}}, {}));
  list.push_back(remote("brief write", "Write what insiders must know of an entry", "PUT", "/api/v1/entries/{entry}/brief",
                        {{{"entry", "Id of the entry", Param::positional, true}},
                         {{"context", "What is behind it"}},
                         {{"known-issues", "What does not work yet"}, As::text, "known_issues"},
                         {{"recognise", "How to recognise that a customer has met it"}, As::text, "how_to_recognise"},
                         {{"answer", "What to answer"}, As::text, "what_to_answer"},
                         {{"affected", "Customers, plans, flags"}},
                         {{"escalation", "Who is asked next"}}},
                        {}));
  list.push_back(remote("migration list", "Migration guides of a release, and what each lacks", "GET",
                        "/api/v1/releases/{release}/migration-guides", {release}, show_guides));
  list.push_back(remote("migration write", "Write the migration guide of a breaking change", "PUT",
                        "/api/v1/entries/{entry}/migration-guide",
                        {{{"entry", "Id of the entry or its change", Param::positional, true}},
                         {{"affected", "Who must act"}},
                         {{"before", "How it is done up to now"}},
                         {{"after", "How it is done from now on"}},
                         {{"step", "What to do; may be given several times", Param::option_list}, As::list, "steps"},
                         {{"deadline", "Until when the old way works"}, As::time},
                         {{"check", "How to see that it is done"}, As::text, "how_to_check"}},
                        {}));
  list.push_back(remote("comms list", "Who is told what, over which channel, and what each waits for", "GET",
                        "/api/v1/releases/{release}/communications", {release}, show_comms));
  list.push_back(remote("comms dates", "When a release was deployed, switched on and announced", "GET", "/api/v1/releases/{release}/launch",
                        {release}, show_launch));
  list.push_back(remote("comms withdraw", "Take back what was published of a release: insiders first, then everybody who had it", "POST",
                        "/api/v1/releases/{release}/withdrawal", {release, {{"because", "Why", Param::option, true}}}, {}));
  list.push_back(remote("comms status", "What was told while a release was deployed, and what is planned", "GET",
                        "/api/v1/releases/{release}/status-updates", {release}, show_status));
  list.push_back(remote("incident status", "What was told of an incident", "GET", "/api/v1/incidents/{incident}/status-updates",
                        {{{"incident", "Id of the incident", Param::positional, true}}}, show_status));
  list.push_back(
      remote("comms skip-status", "A status update is not needed any more", "POST", "/api/v1/status-updates/{communication}/skip",
             {{{"communication", "Id of the status update", Param::positional, true}}, {{"because", "Why", Param::option, true}}}, {}));
  list.push_back(remote("comms skip", "Nothing for them, because ...", "POST", "/api/v1/communications/{communication}/skip",
                        {{{"communication", "Id of the row", Param::positional, true}}, {{"because", "Why", Param::option, true}}}, {}));
  list.push_back(remote("retro open", "Open a retrospective that no rule has opened", "POST", "/api/v1/releases/{release}/retrospective",
                        {release}, show_retro));
  list.push_back(remote("subscriptions show", "How many have subscribed, by audience and rhythm", "GET", "/api/v1/subscriptions", {},
                        [](const Args& args, const json::Value& all) -> Result<int> {
                          if (args.json) return 0;
                          std::vector<std::vector<std::string>> rows{{"AUDIENCE", "RHYTHM", "CONFIRMED", "ASKED", "ENDED", "BOUNCED"}};
                          for (const auto& c : list_of(all))
                            rows.push_back({field(c, "audience"), field(c, "rhythm"), field(c, "confirmed"), field(c, "asked"),
                                            field(c, "ended"), field(c, "bounced")});
                          args.print(table(rows));
                          return 0;
                        }));
  list.push_back(remote("subscriptions bounce", "Take in a delivery status notification: those addresses get no mail any more", "POST",
                        "/api/v1/subscriptions/bounces",
                        {{{"file", "The mail as it came; - is standard input", Param::option, true}, As::file, "report"}},
                        [](const Args& args, const json::Value& said) -> Result<int> {
                          if (!args.json) args.print(field(said, "recorded") + " recorded\n");
                          return 0;
                        }));
  Command digest;
  digest.path = "digest preview";
  digest.help = "A digest as it would be sent";
  digest.params = {{"period", "2026-03 or 2026-Q1", Param::positional, true},
                   {"audience", "Default: the first one of customers"},
                   {"area", "One product area"}};
  for (auto& p : connection_params()) digest.params.push_back(std::move(p));
  digest.run = [](const Args& args) -> Result<int> {
    const auto api = TRY(Api::open(args));
    const auto d = TRY(api->call("GET", fmt::format("/api/v1/digests/{}?audience={}&area={}", http::percent_encode(args.text("period")),
                                                    http::percent_encode(args.text("audience")), http::percent_encode(args.text("area")))));
    if (args.json)
      args.print_json(d);
    else
      args.print(field(d, "entries") == "0" ? "nothing was announced in this period\n"
                                            : "# " + field(d, "title") + "\n\n" + field(d, "body"));
    return 0;
  };
  list.push_back(std::move(digest));
  Command archive;
  archive.path = "archive search";
  archive.help = "Releases, entries and notes that say these words";
  archive.params = {{"words", "All of them must be there; the last may be a beginning", Param::positional, true},
                    {"area", "One product area"}};
  for (auto& p : connection_params()) archive.params.push_back(std::move(p));
  archive.run = [](const Args& args) -> Result<int> {
    const auto api = TRY(Api::open(args));
    const auto hits = TRY(api->call("GET", fmt::format("/api/v1/archive?q={}&area={}", http::percent_encode(args.text("words")),
                                                       http::percent_encode(args.text("area")))));
    if (args.json) return args.print_json(hits), list_of(hits).empty() ? 1 : 0;
    for (const auto& h : list_of(hits))
      args.print(fmt::format("{} {} ({}, {})\n  {}\n", field(h, "area"), field(h, "title"), field(h, "kind"), short_time(field(h, "at")),
                             field(h, "excerpt")));
    if (list_of(hits).empty()) args.print("nothing found\n");
    return list_of(hits).empty() ? 1 : 0;
  };
  list.push_back(std::move(archive));
  list.push_back(remote("retro show", "The retrospective: timeline, factors, actions", "GET", "/api/v1/releases/{release}/retrospective",
                        {release}, show_retro));
  list.push_back(remote("retro action", "Add an action with an owner", "POST", "/api/v1/releases/{release}/retrospective/actions",
                        {release, {{"what", "What will be done", Param::option, true}}, {{"owner", "Login", Param::option, true}}},
                        show_retro));
  list.push_back(remote("retro close", "Close it with a summary", "POST", "/api/v1/releases/{release}/retrospective/close",
                        {release, {{"summary", "What was learned", Param::option, true}}}, show_retro));
  return list;
}

}  // namespace evenkeel::cli
