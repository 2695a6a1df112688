#include "gitlog/reverts.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

namespace evenkeel::gitlog {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::vector<std::string> ids_after(std::string_view text) {
  std::vector<std::string> ids;
  while (true) {
    const auto start = text.find_first_not_of(" \t\r\n,");
    if (start == std::string_view::npos) return ids;
    text.remove_prefix(start);
    if (text.starts_with("and") && text.substr(3).find_first_of(" \t\r\n") == 0)
      text = text.substr(std::min(text.find_first_not_of(" \t\r\n", 3), text.size()));
    auto end = text.find_first_not_of("0123456789abcdefABCDEF");
    if (end == std::string_view::npos) end = text.size();
    if (end < 7 || end > 64 || (end < text.size() && (is_letter(text[end]) || text[end] == '_'))) return ids;
    std::string id(text.substr(0, end));
    std::transform(id.begin(), id.end(), id.begin(), [](char c) { return c >= 'A' && c <= 'F' ? char(c + 32) : c; });
    ids.push_back(std::move(id));
    text.remove_prefix(end);
  }
}

/// "revert: x", "revert(scope)!: x", in any letters.
bool is_conventional_revert(std::string_view message) {
  static constexpr std::string_view word = "revert";
  if (message.size() <= word.size() || std::string_view(":(!").find(message[word.size()]) == std::string_view::npos) return false;
  return std::equal(word.begin(), word.end(), message.begin(), [](char a, char b) { return a == (b | 0x20); });
}

/// One statement of a message: the ids, and of a merge the side that stays.
struct Statement {
  std::vector<std::string> ids;
  std::string mainline;
};
std::vector<Statement> statements_of(std::string_view message) {
  static constexpr std::string_view says = "This reverts commit", made_to = "changes made to";
  std::vector<Statement> out;
  for (std::size_t at = 0; (at = message.find(says, at)) != std::string_view::npos;) {
    at += says.size();
    const bool several = message.substr(at).starts_with('s');
    const auto rest = message.substr(at + several);
    Statement s{ids_after(rest), {}};
    if (!several && s.ids.size() > 1) s.ids.resize(1);
    const auto end = std::min(rest.find("\n\n"), rest.size()), side = rest.substr(0, end).find(made_to);
    if (side != std::string_view::npos)
      if (auto ids = ids_after(rest.substr(side + made_to.size())); !ids.empty()) s.mainline = std::move(ids.front());
    if (!s.ids.empty()) out.push_back(std::move(s));
  }
  if (!out.empty() || !is_conventional_revert(message)) return out;
  for (const auto& trailer : trailers(message))
    if (trailer.token == "Refs")
      if (auto ids = ids_after(trailer.value); !ids.empty()) out.push_back({std::move(ids), {}});
  return out;
}

/// Looks up whole and shortened ids; sorts the ids only when a shortened one asks for it.
class IdLookup {
 public:
  explicit IdLookup(const History& history) : history_(history) {}
  std::optional<std::size_t> find(const std::string& id) {
    if (id.size() >= 40) return history_.find(id);
    if (sorted_.empty()) {
      for (const auto& commit : history_.commits) sorted_.push_back(commit.sha);
      std::sort(sorted_.begin(), sorted_.end());
    }
    const auto first = std::lower_bound(sorted_.begin(), sorted_.end(), id);
    if (first == sorted_.end() || !first->starts_with(id)) return {};
    if (first + 1 != sorted_.end() && (first + 1)->starts_with(id)) return {};
    return history_.find(*first);
  }

 private:
  const History& history_;
  std::vector<std::string_view> sorted_;
};

std::string_view without_request(std::string_view title) {
  while (title.ends_with(' ') || title.ends_with('\r')) title.remove_suffix(1);
  const auto at = title.rfind(" (#");
  if (at == std::string_view::npos || !title.ends_with(')')) return title;
  const auto number = title.substr(at + 3, title.size() - at - 4);
  return !number.empty() && std::all_of(number.begin(), number.end(), is_digit) ? title.substr(0, at) : title;
}

std::string number_at(std::string_view text) {
  const auto end = std::size_t(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  return end > 0 ? "#" + std::string(text.substr(0, end)) : std::string();
}

constexpr std::string_view merges[] = {"Merge pull request #", "Auto merge of #", "Merge of #", "Merged PR "};

/// "#11" of "(#11)" at the end, or of "Merge pull request #11 from ...".
std::string request_of(std::string_view subject) {
  for (const auto merge : merges)
    if (subject.starts_with(merge)) return number_at(subject.substr(merge.size()));
  const auto bare = without_request(subject);
  const auto at = bare.size() < subject.size() ? subject.find("(#", bare.size()) : std::string_view::npos;
  return at == std::string_view::npos ? std::string() : number_at(subject.substr(at + 2));
}

/// The title of what a merge brought in: the first line of its body.
std::string_view merged_title(const Commit& commit) {
  const auto subject = commit.subject();
  const bool merge = subject.starts_with("Merge ") || subject.starts_with("Merged ") || subject.starts_with("Auto merge of #");
  return merge ? commit.body().substr(0, commit.body().find('\n')) : std::string_view();
}

/// "Reverts acme/shop#11", "Reverts https://host/acme/shop/pull/11": the number.
std::string request_taken_back(std::string_view body) {
  static constexpr std::string_view says = "Reverts ";
  for (std::size_t at = 0; (at = body.find(says, at)) != std::string_view::npos; ++at) {
    if (at > 0 && body[at - 1] != '\n') continue;
    auto line = body.substr(at + says.size());
    line = line.substr(0, line.find_first_of("\r\n"));
    if (line.starts_with("merge request ")) line.remove_prefix(14);
    if (line.ends_with('.')) line.remove_suffix(1);
    const auto sign = line.find_last_of("#!/");
    if (sign == std::string_view::npos || line.find(' ') != std::string_view::npos) continue;
    const auto number = number_at(line.substr(sign + 1));
    if (number.size() == line.size() - sign) return number;
  }
  return {};
}

/// Finds the targets, from the oldest commit to the newest.
class Finder {
 public:
  Finder(const History& history, const std::vector<std::string>& titles, std::size_t older)
      : history_(history), titles_(titles), older_(older), lookup_(history) {}

  std::vector<Revert> find() {
    for (std::size_t place = history_.commits.size(); place-- > 0;) look_at(place);
    std::stable_sort(found_.begin(), found_.end(), [](const Revert& a, const Revert& b) { return a.commit < b.commit; });
    return std::move(found_);
  }

 private:
  void look_at(std::size_t place) {
    const auto& commit = history_.commits[place];
    bool known = false;
    for (auto& statement : statements_of(commit.message))
      for (auto& id : statement.ids) {
        const auto target = ancestor(lookup_.find(id), place);
        found_.push_back({place, target, id});
        if (target) take_merge(place, *target, statement.mainline);
        const auto picked = target ? std::nullopt : ancestor(picked_as(id, place), place);
        if (picked) found_.push_back({place, picked, {}, RevertFound::by_words});
        known |= target || picked;
      }
    if (known) return;
    if (const auto target = by_words(commit, place)) found_.push_back({place, target, {}, RevertFound::by_words});
  }
  std::optional<std::size_t> ancestor(std::optional<std::size_t> target, std::size_t place) const {
    if (!target) return {};
    const bool before = *target >= older_ ? *target > place : history_.is_ancestor(*target, place);
    return before ? target : std::nullopt;
  }
  std::optional<std::size_t> picked_as(const std::string& id, std::size_t place) {
    remember_before(place);
    for (const auto& [original, picked] : picked_)
      if (original.starts_with(id)) return picked;
    return {};
  }
  std::optional<std::size_t> by_words(const Commit& commit, std::size_t place) {
    for (const auto subject : {commit.subject(), merged_title(commit), title_at(place)})
      if (const auto revert = revert_title(subject)) {
        remember_before(place);
        for (const auto& known : {std::string(revert->of), std::string(without_request(revert->of))})
          if (const auto at = by_title_.find(known); at != by_title_.end()) return at->second;
        if (const auto at = by_request_.find(request_taken_back(commit.body())); at != by_request_.end()) return at->second;
      }
    return {};
  }
  /// What came in through the other parents of a merge and through nothing else.
  void take_merge(std::size_t place, std::size_t merge, const std::string& mainline) {
    const auto& commit = history_.commits[merge];
    if (commit.parents.size() < 2) return;
    std::size_t stays = 0;
    for (std::size_t i = 0; i < commit.parents.size(); ++i)
      if (!mainline.empty() && commit.parents[i].starts_with(mainline)) stays = i;
    std::vector<char> kept(history_.commits.size(), 0), taken(history_.commits.size(), 0);
    for (std::size_t i = 0; i < commit.parents.size(); ++i)
      if (const auto parent = history_.find(commit.parents[i])) reach(*parent, i == stays ? kept : taken);
    for (std::size_t i = 0; i < taken.size(); ++i)
      if (taken[i] && !kept[i]) found_.push_back({place, i, {}, RevertFound::with_merge});
  }
  void reach(std::size_t from, std::vector<char>& seen) const {
    std::vector<std::size_t> open{from};
    while (!open.empty()) {
      const auto place = open.back();
      open.pop_back();
      if (std::exchange(seen[place], 1)) continue;
      for (const auto parent : history_.parents[place]) open.push_back(parent);
    }
  }
  std::string_view title_at(std::size_t place) const { return place < titles_.size() ? std::string_view(titles_[place]) : ""; }
  /// What is older than the commit, put in order once somebody asks: most releases take nothing back.
  void remember_before(std::size_t place) {
    while (remembered_ > place + 1) remember(--remembered_);
  }
  void remember(std::size_t place) {
    const auto& commit = history_.commits[place];
    for (const auto title : {commit.subject(), merged_title(commit), title_at(place)}) {
      if (title.empty()) continue;
      by_title_[std::string(title)] = place;
      by_title_[std::string(without_request(title))] = place;
      if (const auto request = request_of(title); !request.empty()) by_request_[request] = place;
    }
    if (const auto original = picked_from(commit.message); !original.empty()) picked_.emplace_back(original, place);
  }

  const History& history_;
  const std::vector<std::string>& titles_;
  std::size_t older_;
  IdLookup lookup_;
  std::size_t remembered_ = history_.commits.size();  // those from here on are
  std::vector<Revert> found_;
  std::unordered_map<std::string, std::size_t> by_title_, by_request_;  // the newest of those older than the commit looked at
  std::vector<std::pair<std::string, std::size_t>> picked_;
};

}  // namespace

std::string picked_from(std::string_view message) {
  static constexpr std::string_view says = "(cherry picked from commit ";
  auto at = message.find(says);  // the last one; searched forwards, which memchr does fast, and mostly there is none
  for (auto next = at; next != std::string_view::npos; next = message.find(says, next + 1)) at = next;
  const auto ids = at == std::string_view::npos ? std::vector<std::string>{} : ids_after(message.substr(at + says.size()));
  return ids.empty() ? "" : ids.front();
}

std::optional<RevertTitle> revert_title(std::string_view subject) {
  while (subject.ends_with('\r') || subject.ends_with(' ')) subject.remove_suffix(1);
  RevertTitle out;
  int depth = 0;
  for (auto rest = subject;; ++depth) {
    const auto bare = without_request(rest);
    std::string_view inner;
    bool again = false;
    if (bare.starts_with("Revert \"") && bare.ends_with('"') && bare.size() > 9)
      inner = bare.substr(8, bare.size() - 9);
    else if (bare.starts_with("Reapply \"") && bare.ends_with('"') && bare.size() > 10)
      inner = bare.substr(9, bare.size() - 10), again = true;
    else if (depth == 0 && is_conventional_revert(rest) && rest.find(": ") != std::string_view::npos)
      inner = rest.substr(rest.find(": ") + 2);
    if (inner.empty()) {
      if (depth == 0) return {};
      out.quoted = rest;
      return out;
    }
    if (depth == 0) out.of = again ? "Revert \"" + std::string(inner) + "\"" : std::string(inner);
    if (!again) out.given_back = !out.given_back;
    rest = inner;
  }
}

std::vector<std::string> taken_back_by(std::string_view message) {
  std::vector<std::string> ids;
  for (auto& statement : statements_of(message)) std::ranges::move(statement.ids, std::back_inserter(ids));
  return ids;
}

std::vector<Revert> find_reverts(const History& history, const std::vector<std::string>& titles, std::size_t older) {
  return Finder{history, titles, older}.find();
}

Result<std::vector<Commit>> named_before(const Repository& repository, const std::vector<Commit>& part) {
  std::vector<Commit> found;
  if (part.empty()) return found;
  std::set<std::string, std::less<>> known;
  for (const auto& commit : part) known.insert(commit.sha);
  std::vector<std::string> open;
  for (const auto& commit : part) std::ranges::move(taken_back_by(commit.message), std::back_inserter(open));
  const auto find = [&](const std::string& id) -> Result<void> {
    const bool first = !repository.resolve(id + "^1");
    for (auto& commit : TRY(repository.commits({.from = first ? "" : id + "^1", .to = id}))) {
      if (!known.insert(commit.sha).second) continue;
      std::ranges::move(taken_back_by(commit.message), std::back_inserter(open));
      found.push_back(std::move(commit));
    }
    return {};
  };
  for (std::size_t looked = 0; !open.empty() || looked < found.size();) {
    if (open.empty()) {  // what else speaks of them, asked at once: it came after them
      std::vector<std::string> bases{"merge-base", "--octopus"}, speak{"log", "--format=%H", "-F"};
      for (; looked < found.size(); ++looked)
        bases.push_back(found[looked].sha), speak.push_back("--grep=" + found[looked].sha.substr(0, 7));
      speak.push_back(part.front().sha);
      if (const auto base = repository.ask_lines(bases); base && !base->empty()) speak.push_back("^" + base->front());
      for (const auto& id : TRY(repository.ask_lines(speak)))
        if (!known.contains(id)) TRY(find(id));
      continue;
    }
    const auto id = repository.resolve(std::exchange(open.back(), {}));
    open.pop_back();
    if (id && !known.contains(*id) && repository.ask({"merge-base", "--is-ancestor", *id, part.front().sha})) TRY(find(*id));
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &Commit::committed);
  return found;
}

std::unordered_map<std::size_t, std::size_t> reverted_by(const std::vector<Revert>& reverts) {
  struct Target {
    std::size_t place;
    bool with_merge;
  };
  std::unordered_map<std::size_t, std::vector<Target>> targets;  // newest first
  std::vector<std::size_t> commits;
  for (const auto& revert : reverts) {
    if (!revert.target) continue;
    auto& of_this = targets[revert.commit];
    if (of_this.empty()) commits.push_back(revert.commit);
    of_this.push_back({*revert.target, revert.found == RevertFound::with_merge});
  }
  std::unordered_map<std::size_t, std::size_t> by;
  std::set<std::pair<std::size_t, std::size_t>> spared;  // of a reverted merge what was gone already: giving it again gives that not
  std::function<void(std::size_t, std::size_t, bool)> put;
  const auto take = [&](std::size_t commit, std::size_t revert) {  // newest first, as it is done
    for (const auto& [target, with_merge] : targets.at(commit))
      if (!with_merge || !by.contains(target))
        spared.erase({commit, target}), put(target, revert, true);
      else
        spared.insert({commit, target});
  };
  put = [&](std::size_t commit, std::size_t revert, bool gone) {
    gone ? void(by[commit] = revert) : void(by.erase(commit));
    const auto on = targets.find(commit);
    if (on == targets.end()) return;
    if (!gone) return take(commit, revert);
    for (auto target = on->second.rbegin(); target != on->second.rend(); ++target)  // there again, oldest first as it came
      if (!spared.contains({commit, target->place})) put(target->place, revert, false);
  };
  for (auto commit = commits.rbegin(); commit != commits.rend(); ++commit) take(*commit, *commit);  // oldest first: the last word counts
  return by;
}

}  // namespace evenkeel::gitlog
