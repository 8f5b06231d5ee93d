// The page's side of a session that goes on: asked once after a 401.

/** A session that is over begins again with a sign-in; one that cannot be renewed now stays, and the page says so. */
export async function renewSession() {
  const { ok, status } = await fetch("/auth/refresh", { method: "POST" });
  if (status === 401) location.assign("/auth/login");
  else if (!ok) throw new Error("Your session cannot be renewed right now. Try again in a moment.");
}
