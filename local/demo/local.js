// What the local stack tells of itself, and does when it is asked. A deployed stack has nothing of this.

/** The answer of `/_local/{path}`; a refusal is thrown with its sentence. */
export async function ask(method, path, query = {}) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`/_local/${path}?${new URLSearchParams(query)}`, { method, headers });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
