// Tickets that changes name (CL4): whether they are closed stands beside the note that tells of the change.
//
// A ticket is named in the words of a change as "#12", "acme/shop#12" or by its address; it lives at the host of the repository of the
// change's service. The number of the change's own pull request, "(#34)" at the end of its title, is none.
#pragma once
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

enum class TicketState { open, closed, unknown, none };
BOOST_DESCRIBE_ENUM(TicketState, open, closed, unknown, none)

/// The newest reading of one ticket. none: there is no such ticket (the number is of something else); it is not shown.
struct Ticket {
  std::string id;  // release and reference
  ReleaseId release_id;
  std::string reference;  // "acme/shop#12"
  TicketState state = TicketState::unknown;
  std::string title, url, problem;
  SysTime read_at;
};
BOOST_DESCRIBE_STRUCT(Ticket, (), (id, release_id, reference, state, title, url, problem, read_at))

/// A repository's host and its path there: "git@git.test:acme/shop.git" is git.test and acme/shop; a plain "acme/shop" has no host.
struct RepositoryName {
  std::string host, path;
};
RepositoryName repository_name(const std::string& address);
/// "git.test" of "https://user@git.test:8443/api"; empty where there is no scheme.
std::string host_of(std::string_view url);

/// References in the words of a change, "acme/shop#12", each once, in the order of the words; at most 20.
std::vector<std::string> ticket_references(const std::string& title, const std::string& message, const RepositoryName& repository);

struct NamedTickets {
  std::string host;  // of the repository; empty: not known
  std::vector<std::string> references;
};
/// By the id of the change that names them.
std::map<std::string, NamedTickets> tickets_by_change(store::Tx& tx, const planning::Release& release);
/// What was read of them so far.
std::vector<Ticket> tickets_of(store::Tx& tx, const ReleaseId& release_id);
/// Stores a reading. Ledger, when it is in another state than before: ticket.read.
void store_ticket(Work& work, Ticket ticket);

}  // namespace evenkeel::changelog
