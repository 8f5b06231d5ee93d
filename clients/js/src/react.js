import { createContext, createElement, useCallback, useContext, useEffect, useState } from "react";

const Context = createContext(undefined);

export function BillingProvider({ billing, children }) {
  return createElement(Context.Provider, { value: billing }, children);
}

export function useEntitlement(feature, { required, every } = {}) {
  const billing = useClient();
  const ask = useCallback(
    (signal) => billing.metering.entitlement(feature, { required }, { signal }),
    [billing, feature, required],
  );
  const asked = useAsked(ask, every);
  return { ...asked, allowed: asked.data?.allowed ?? false };
}

export function useBilling({ every } = {}) {
  const billing = useClient();
  const ask = useCallback((signal) => billing.organizations.billing({}, { signal }), [billing]);
  return useAsked(ask, every);
}

function useClient() {
  const billing = useContext(Context);
  if (!billing) throw new Error("Put a BillingProvider around what asks for billing.");
  return billing;
}

function useAsked(ask, every) {
  const [known, setKnown] = useState({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const aborted = new AbortController();
    const { signal } = aborted;
    let timer;
    const learn = (answer) => {
      if (signal.aborted) return;
      setKnown((before) => ({ ask, data: before.ask === ask ? before.data : undefined, ...answer }));
      if (every) timer = setTimeout(() => setTurn((now) => now + 1), every * 1000);
    };
    ask(signal).then(
      (data) => learn({ data }),
      (error) => learn({ error }),
    );
    return () => (clearTimeout(timer), aborted.abort());
  }, [ask, every, turn]);
  const refetch = useCallback(() => setTurn((now) => now + 1), []);
  // What was learned for another question is no answer to this one.
  const { data, error } = known.ask === ask ? known : {};
  return { data, error, loading: known.ask !== ask, refetch };
}
