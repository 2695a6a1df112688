#include "changelog/ticket.hpp"

#include "changelog/events.hpp"
#include "risk/risk.hpp"

namespace evenkeel::changelog {
namespace {

constexpr std::size_t most_references = 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_path(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '/';
}

/// Digits that begin at `from`, at most nine and nothing of a word behind them; empty when there are none.
std::string number_at(std::string_view text, std::size_t from) {
  auto end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  const bool whole = end >= text.size() || !(is_path(text[end]) && text[end] != '.' && text[end] != '/');
  return end > from && end - from <= 9 && whole && text[from] != '0' ? std::string(text.substr(from, end - from)) : "";
}

/// "acme/shop" right before `at`; nothing when what stands there is no such path; empty when nothing stands there.
std::optional<std::string> path_before(std::string_view text, std::size_t at) {
  auto from = at;
  while (from > 0 && is_path(text[from - 1])) --from;
  auto path = std::string(text.substr(from, at - from));
  if (path.empty()) return path;
  const auto slash = path.find('/');
  if (slash == std::string::npos || slash == 0 || path.ends_with('/') || path.find("//") != std::string::npos) return {};
  return path;
}

/// The title without its own pull request: "Faster (#34)".
std::string_view without_own_number(std::string_view title) {
  const auto open = title.rfind(" (#");
  return open != std::string_view::npos && title.ends_with(')') && number_at(title, open + 3).size() == title.size() - open - 4
             ? title.substr(0, open)
             : title;
}

/// "https://host/acme/shop/issues/12" and ".../-/issues/12" that begins at `from`: "acme/shop#12", when it is of this host.
std::string of_address(std::string_view text, std::size_t from, const std::string& host) {
  const auto end = std::min(text.find_first_of(" \t\r\n)>]\"'", from), text.size());
  auto rest = text.substr(from, end - from);
  if (host.empty() || !rest.starts_with(host) || rest.size() <= host.size() || rest[host.size()] != '/') return "";
  rest.remove_prefix(host.size() + 1);
  const auto at = rest.find("/issues/");
  if (at == std::string_view::npos) return "";
  auto path = rest.substr(0, at);
  if (path.ends_with("/-")) path.remove_suffix(2);
  const auto number = number_at(rest, at + 8);
  return number.empty() || path.find('/') == std::string_view::npos ? "" : fmt::format("{}#{}", path, number);
}

/// "user@git.test:8443": git.test.
std::string without_user(std::string_view authority) {
  if (const auto user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  return std::string(authority.substr(0, authority.find(':')));
}

}  // namespace

std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  url.remove_prefix(scheme + 3);
  return without_user(url.substr(0, url.find_first_of("/?#")));
}

RepositoryName repository_name(const std::string& address) {
  std::string_view rest = address;
  RepositoryName out{.host = host_of(address), .path = {}};
  if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
    rest.remove_prefix(scheme + 3);
    rest.remove_prefix(std::min(rest.find('/'), rest.size() - 1) + 1);
  } else if (const auto colon = rest.find(':'); colon != std::string_view::npos && rest.find('/') > colon) {
    out.host = without_user(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
  } else if (rest.starts_with('/') || rest.starts_with('.'))
    return {};  // a folder
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.ends_with(".git")) rest.remove_suffix(4);
  out.path = rest;
  return out.path.find('/') == std::string::npos ? RepositoryName{} : out;
}

std::vector<std::string> ticket_references(const std::string& title, const std::string& message, const RepositoryName& repository) {
  std::vector<std::string> out;
  const auto add = [&](std::string reference) {
    if (!reference.empty() && out.size() < most_references && std::find(out.begin(), out.end(), reference) == out.end())
      out.push_back(std::move(reference));
  };
  const auto read = [&](std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i).starts_with("https://")) add(of_address(text, i + 8, repository.host));
      if (text[i] != '#') continue;
      const auto number = number_at(text, i + 1);
      const auto path = path_before(text, i);
      if (number.empty() || !path) continue;
      const auto& in = path->empty() ? repository.path : *path;
      if (!in.empty()) add(fmt::format("{}#{}", in, number));
    }
  };
  read(without_own_number(title));
  const auto first = std::min(message.find('\n'), message.size());
  const auto body = message.substr(0, first) == title || without_own_number(title) == std::string_view(message).substr(0, first)
                        ? message.substr(first)
                        : message;
  for (std::size_t from = 0; from <= body.size();) {
    const auto end = std::min(body.find('\n', from), body.size());
    read(without_own_number(std::string_view(body).substr(from, end - from)));
    from = end + 1;
  }
  return out;
}

std::map<std::string, NamedTickets> tickets_by_change(store::Tx& tx, const planning::Release& release) {
  std::map<std::string, RepositoryName> repositories;
  for (const auto& s : planning::organisation_of(tx, release)->services) repositories[s.name] = repository_name(s.repository);
  std::map<std::string, NamedTickets> out;
  for (const auto& change : risk::changes_of(tx, release.id)) {
    RepositoryName repository;
    for (const auto& service : change.services)
      if (repository.path.empty()) repository = repositories[service];
    if (auto found = ticket_references(change.title, change.message, repository); !found.empty())
      out[change.id] = {repository.host, std::move(found)};
  }
  return out;
}

std::vector<Ticket> tickets_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<Ticket>(tx, "ticket", "WHERE release_id = $1 ORDER BY id", {release_id});
}

void store_ticket(Work& work, Ticket ticket) {
  ticket.id = ticket.release_id + "/" + ticket.reference;
  ticket.read_at = work.now;
  const auto known = store::one<Ticket>(work.tx, "ticket", "WHERE id = $1", {ticket.id});
  if (known && ticket.state == TicketState::unknown) {  // a host that does not answer takes away nothing that it said before
    auto kept = *known;
    kept.problem = ticket.problem;
    kept.read_at = work.now;
    store::update(work.tx, "ticket", kept);
    return;
  }
  if (known)
    store::update(work.tx, "ticket", ticket);
  else
    store::insert(work.tx, "ticket", ticket);
  if ((known && known->state == ticket.state) || ticket.state == TicketState::none || ticket.state == TicketState::unknown) return;
  record(work, TicketRead{.ticket = ticket.reference, .reads = ticket.state}, {.subject = ticket.id, .release = ticket.release_id});
}

}  // namespace evenkeel::changelog
