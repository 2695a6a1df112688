// What a path names, and whose it is: from "{release}", "{service}", "{entry}" ... to product areas and to the people it names itself.
#pragma once
#include "api/router.hpp"
#include "work/work.hpp"

namespace evenkeel::api {

/// The areas of what the call is about; empty when nothing of that name is there; nothing when the path (or body) names nothing that has
/// an area. A release called by its version alone may be several: all their areas.
std::optional<std::vector<std::string>> areas_named(store::Tx& tx, const Call& call, const Access& access);

/// Whether the caller is who the thing itself names (owner or deputy of the service, of a step of it or of an item, owner of an action or a
/// question, author of a comment), or stands in at `now` for one of them.
bool is_named(store::Tx& tx, const Call& call, const Actor& actor, SysTime now);

/// Whether it is there and belongs to no area: an incident of a service that nobody knows. Whoever reads anything may read it.
bool is_of_no_area(store::Tx& tx, const Call& call);

}  // namespace evenkeel::api
