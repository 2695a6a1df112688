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
Result<int> approved(const Args& args, const json::Value& n) {
  if (!args.json) args.print("Approved: " + field(n, "audience"));
  return 0;
}
Result<int> show_comms(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"KIND", "AUDIENCE", "CHANNEL", "STATE", "WAITS FOR"}};
  for (const auto& c : list_of(all))
    rows.push_back({field(c, "communication.kind"), field(c, "communication.audience"), field(c, "communication.channel"),
                    field(c, "communication.state"), field(c, "waits_for")});
  args.print(table(rows));
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
                         {{"migration", "Steps for those affected"}, As::text, "migration_text"}},
                        {}));
  list.push_back(remote("entries omit", "Leave a change out of the changelog, with a reason", "POST", "/api/v1/entries/{entry}/not-notable",
                        {{{"entry", "Id of the entry", Param::positional, true}}, {{"because", "Why", Param::option, true}}}, {}));
  list.push_back(remote("notes show", "Notes for customers, insiders and migration", "GET", "/api/v1/releases/{release}/notes", {release},
                        show_notes));
  list.push_back(
      remote("notes draft", "Draft the notes from the entries", "POST", "/api/v1/releases/{release}/notes", {release}, show_notes));
  list.push_back(remote("notes edit", "Write a note from a file", "PUT", "/api/v1/releases/{release}/notes/{audience}",
                        {release, audience, {{"file", "Markdown file; - is standard input", Param::option, true}, As::file, "body"}}, {}));
  list.push_back(remote("notes approve", "Approve a note as it stands", "POST", "/api/v1/releases/{release}/notes/{audience}/approval",
                        {release, audience}, approved));
  list.push_back(remote("comms list", "Who is told what, over which channel, and what each waits for", "GET",
                        "/api/v1/releases/{release}/communications", {release}, show_comms));
  list.push_back(remote("comms skip", "Nothing for them, because ...", "POST", "/api/v1/communications/{communication}/skip",
                        {{{"communication", "Id of the row", Param::positional, true}}, {{"because", "Why", Param::option, true}}}, {}));
  list.push_back(remote("retro open", "Open a retrospective that no rule has opened", "POST", "/api/v1/releases/{release}/retrospective",
                        {release}, show_retro));
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
