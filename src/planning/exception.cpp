// Exceptions to freezes: asked for, approved or denied by a second person, taken back.
#include "accounts/accounts.hpp"
#include "planning/events.hpp"
#include "planning/planning.hpp"

namespace evenkeel::planning {
namespace {

constexpr auto longest_exception = std::chrono::hours{24 * 14};

Result<definitions::FreezeDef> freeze_called(const definitions::Organisation& o, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& f : o.freezes) {
    if (f.name == name) return f;
    names.push_back(f.name);
  }
  const auto near = json::nearest(name, names);
  return invalid(fmt::format("there is no freeze '{}'{}", name, near.empty() ? "" : "; did you mean '" + near + "'?"), "freeze");
}

/// One of the roles in each area that a component is of.
Result<void> in_every_area(Work& work, const std::vector<Role>& any_of, const Release& release, const char* act) {
  for (const auto& area : areas_of(work.tx, release)) TRY(work.require(any_of, area, act));
  return {};
}

struct Answer {
  Id<ExceptionRequest> id;
  ReleaseId release_id;
  std::string person, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (id, release_id, person, reason_text, at))

ExceptionView view_of(store::Tx& tx, const ExceptionRequest& r, const Release& release, SysTime now) {
  ExceptionView v{r.id,
                  r.release_id,
                  release.version,
                  r.freeze_name,
                  ExceptionState::asked,
                  accounts::name_of(tx, r.requested_by),
                  ledger::read_text(tx, r.reason_text),
                  "",
                  "",
                  r.expires_at,
                  r.at};
  const auto answered = [&](const char* table, ExceptionState state) {
    const auto a = store::one<Answer>(tx, table, "WHERE id = $1", {r.id});
    if (!a) return;
    v.state = state;
    v.answered_by = accounts::name_of(tx, a->person);
    v.answer = ledger::read_text(tx, a->reason_text);
  };
  if (const auto approved = store::one<FreezeException>(tx, "freeze_exception", "WHERE id = $1", {r.id})) {
    v.state = approved->expires_at <= now ? ExceptionState::expired : ExceptionState::approved;
    v.answered_by = accounts::name_of(tx, approved->approved_by);
  }
  answered("freeze_exception_denial", ExceptionState::denied);
  answered("freeze_exception_revocation", ExceptionState::revoked);
  return v;
}

}  // namespace

Result<ExceptionRequest> request_exception(Work& work, const RequestException& command) {
  const auto release = TRY(find_release(work.tx, command.release));
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::admin}, release.area, "asking for a freeze exception"));
  const auto organisation = TRY(definitions::current(work.tx));  // a freeze that was declared after planning can be excepted too
  TRY(freeze_called(*organisation, command.freeze));
  if (command.reason.empty()) return invalid("an exception needs a reason", "reason");
  if (command.expires_at <= work.now) return invalid("the exception would have expired already", "expires_at");
  if (command.expires_at > work.now + longest_exception) return invalid("an exception lasts at most 14 days", "expires_at");
  const ExceptionRequest request{work.new_id("fxr"), release.id, command.freeze, work.actor.id, work.write_text("reason", command.reason),
                                 command.expires_at, work.now};
  store::insert(work.tx, "freeze_exception_request", request);
  record(work, ExceptionRequested{{.freeze = command.freeze, .expires_at = command.expires_at}},
         {.subject = request.id, .release = release.id, .seals = {{"freeze_exception_request", request.id}}});
  return request;
}

Result<FreezeException> approve_exception(Work& work, const std::string& request_id) {
  const auto request = store::one<ExceptionRequest>(work.tx, "freeze_exception_request", "WHERE id = $1", {request_id});
  if (!request) return not_found("there is no exception request " + request_id);
  const auto release = TRY(find_release(work.tx, request->release_id));
  const auto organisation = TRY(definitions::current(work.tx));
  const auto freeze = TRY(freeze_called(*organisation, request->freeze_name));
  TRY(in_every_area(work, freeze.exception_roles, release, "approving an exception to this freeze"));
  if (request->requested_by == work.actor.id) return forbidden("an exception is approved by a second person, not by the one who asked");
  if (const auto denied = TRY(exception_of(work.tx, request_id, work.now)); denied.state == ExceptionState::denied)
    return conflict(fmt::format("the exception was denied by {}: {}", denied.answered_by, denied.answer));
  if (const auto approved = store::one<FreezeException>(work.tx, "freeze_exception", "WHERE id = $1", {request_id})) return *approved;
  const FreezeException exception{request->id, request->release_id, request->freeze_name, work.actor.id, request->expires_at, work.now};
  store::insert(work.tx, "freeze_exception", exception);
  record(work, ExceptionApproved{{.freeze = exception.freeze_name, .expires_at = exception.expires_at}},
         {.subject = exception.id, .release = release.id, .seals = {{"freeze_exception", exception.id}}});
  return exception;
}

Result<ExceptionView> exception_of(store::Tx& tx, const std::string& request_id, SysTime now) {
  const auto request = store::one<ExceptionRequest>(tx, "freeze_exception_request", "WHERE id = $1", {request_id});
  if (!request) return not_found("there is no exception request " + request_id);
  return view_of(tx, *request, TRY(find_release(tx, request->release_id)), now);
}

std::vector<ExceptionView> exceptions_of(store::Tx& tx, const Release& release, SysTime now) {
  std::vector<ExceptionView> all;
  for (const auto& r :
       store::all<ExceptionRequest>(tx, "freeze_exception_request", "WHERE release_id = $1 ORDER BY at DESC, id DESC", {release.id}))
    all.push_back(view_of(tx, r, release, now));
  return all;
}

namespace {

template <class Event>
Result<ExceptionView> answer(Work& work, const ExceptionView& e, const AnswerException& command, const char* table) {
  if (command.because.empty()) return invalid("the answer needs a reason", "because");
  const Answer row{e.id, e.release_id, work.actor.id, work.write_text("reason", command.because), work.now};
  store::insert(work.tx, table, row);
  record(work, Event{{.freeze = e.freeze, .expires_at = e.expires_at}},
         {.subject = e.id, .release = e.release_id, .seals = {{table, row.id}}});
  return exception_of(work.tx, e.id, work.now);
}

/// Who may approve this freeze's exceptions in each area of the release's components; a freeze that is gone asks for a risk manager.
Result<void> may_answer_for(Work& work, const ExceptionView& e, const char* act) {
  const auto o = TRY(definitions::current(work.tx));
  const auto freeze = freeze_called(*o, e.freeze);
  return in_every_area(work, freeze ? freeze->exception_roles : std::vector{Role::risk_manager}, TRY(find_release(work.tx, e.release_id)),
                       act);
}

}  // namespace

Result<ExceptionView> deny_exception(Work& work, const AnswerException& command) {
  const auto e = TRY(exception_of(work.tx, command.request, work.now));
  TRY(may_answer_for(work, e, "denying an exception to this freeze"));
  work.tx.lock("freeze_exception_request", e.id);
  if (e.state == ExceptionState::denied) return e;
  if (e.state != ExceptionState::asked)
    return conflict(fmt::format("the exception is {}; `evenkeel exception revoke {} --because ...` takes an approved one back",
                                json::enum_text(e.state), e.id));
  return answer<ExceptionDenied>(work, e, command, "freeze_exception_denial");
}

Result<ExceptionView> revoke_exception(Work& work, const AnswerException& command) {
  const auto e = TRY(exception_of(work.tx, command.request, work.now));
  const auto request = store::one<ExceptionRequest>(work.tx, "freeze_exception_request", "WHERE id = $1", {e.id});
  if (request->requested_by != work.actor.id) TRY(may_answer_for(work, e, "taking an exception back"));
  work.tx.lock("freeze_exception_request", e.id);
  if (e.state == ExceptionState::revoked) return e;
  if (e.state != ExceptionState::approved)
    return conflict(fmt::format("the exception is {}; there is nothing to take back", json::enum_text(e.state)));
  return answer<ExceptionRevoked>(work, e, command, "freeze_exception_revocation");
}

}  // namespace evenkeel::planning
